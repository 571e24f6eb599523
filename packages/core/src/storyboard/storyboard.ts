import { formatTimestamp } from "../media/timestamp.ts";
import type { Storyboard } from "../task/contract.ts";

/** Small pictures of a video at even distances, on sheets: what a player shows while somebody looks for a place. */

export type StoryboardPlan = Omit<Storyboard, "sheets">;

/** The longer side of a tile, in pixels. */
const TILE_SIDE = 160;
/** A full sheet is 10 x 10 tiles: 1600 x 900 pixels, about 150 kB, so that hours of video stay within a few files. */
const MOST_IN_A_ROW = 10;

/** Seconds between pictures, by the length of the video: enough for a bar of a few hundred pixels, and no more. */
const DISTANCES = [
  { upToSeconds: 5 * 60, seconds: 2 },
  { upToSeconds: 30 * 60, seconds: 5 },
  { upToSeconds: Infinity, seconds: 10 },
] as const;

/** Decides how a video's pictures are laid out. Its tiles begin at exact frames: tile n shows frame n x `framesPerTile`. */
export function planStoryboard(video: {
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  readonly framesPerSecond: number;
}): StoryboardPlan {
  const { width, height, frameCount, framesPerSecond } = video;
  const durationSeconds = frameCount / framesPerSecond;
  const distance = DISTANCES.find(({ upToSeconds }) => durationSeconds <= upToSeconds) ?? DISTANCES[2];
  const framesPerTile = Math.max(1, Math.round(distance.seconds * framesPerSecond));
  const tiles = countTiles({ frameCount }, framesPerTile);
  const scale = TILE_SIDE / Math.max(width, height);
  return {
    framesPerTile,
    columns: Math.min(tiles, MOST_IN_A_ROW),
    rows: Math.min(Math.ceil(tiles / MOST_IN_A_ROW), MOST_IN_A_ROW),
    tileWidth: even(width * scale),
    tileHeight: even(height * scale),
  };
}

/** How many pictures fall into a range of a video's frames. */
export function countTiles(
  { firstFrame = 0, frameCount }: { readonly firstFrame?: number; readonly frameCount: number },
  framesPerTile: number,
): number {
  return firstTile(firstFrame + frameCount, framesPerTile) - firstTile(firstFrame, framesPerTile);
}

/** The number of the first picture that is of a frame or of a later one. */
export function firstTile(frame: number, framesPerTile: number): number {
  return Math.ceil(frame / framesPerTile);
}

/** How many of them are on each sheet. */
export function fillSheets(
  tileCount: number,
  { columns, rows }: Pick<Storyboard, "columns" | "rows">,
): number[] {
  const most = columns * rows;
  return Array.from({ length: Math.ceil(tileCount / most) }, (_, sheet) =>
    Math.min(most, tileCount - sheet * most),
  );
}

/**
 * The WebVTT that says which part of which sheet shows which time, as players read it (`#xywh=`, W3C Media Fragments).
 * Addresses are the sheets' keys as they are: relative to the folder that the text is stored in.
 */
export function buildStoryboard(
  { framesPerTile, columns, tileWidth, tileHeight, sheets }: Storyboard,
  video: { readonly frameCount: number; readonly frameRate: string },
): string {
  const [numerator = 1, denominator = 1] = video.frameRate.split("/").map(Number);
  const timeOf = (frame: number) =>
    formatTimestamp((Math.min(frame, video.frameCount) * denominator) / numerator);
  const places = sheets.flatMap(({ key, tileCount }) =>
    Array.from({ length: tileCount }, (_, place) => ({ key, place })),
  );
  const cues = places.map(({ key, place }, tile) => {
    const [x, y] = [(place % columns) * tileWidth, Math.floor(place / columns) * tileHeight];
    return [
      `${timeOf(tile * framesPerTile)} --> ${timeOf((tile + 1) * framesPerTile)}`,
      `${key}#xywh=${x},${y},${tileWidth},${tileHeight}`,
    ].join("\n");
  });
  return `${["WEBVTT", ...cues].join("\n\n")}\n`;
}

function even(pixels: number): number {
  return Math.max(2, Math.round(pixels / 2) * 2);
}
