import type { EncodedRendition, Storyboard } from "../task/contract.ts";
import type { CaptionKind } from "../captions/kind.ts";
import { captionBitRate, type CaptionTrack, nameCaptions } from "./captions.ts";
import { isLanguage } from "./language.ts";

/** What a DASH manifest tells beside picture and sound: words, and small pictures. */

/** An XML element: attributes begin with `@`, everything else is a child or a list of them. */
export type Element = Readonly<Record<string, unknown>>;

export const ROLE = "urn:mpeg:dash:role:2011";
const TILES = "http://dashif.org/guidelines/thumbnail_tile";

/** Roles of urn:mpeg:dash:role:2011; `forced-subtitle` since its fourth edition. */
const CAPTION_ROLES: Readonly<Record<CaptionKind, string>> = {
  ...{ subtitles: "subtitle", captions: "caption", forced: "forced-subtitle" },
};

/** Each track of words is one file, from the beginning of the video to its end. */
export function words(captions: readonly CaptionTrack[], durationSeconds: number): Element[] {
  const names = nameCaptions(captions);
  return captions.map((track, index) => ({
    ...{ "@contentType": "text", "@mimeType": "text/vtt" },
    ...(isLanguage(track.language) ? { "@lang": track.language } : {}),
    Label: names[index] ?? "",
    Role: { "@schemeIdUri": ROLE, "@value": CAPTION_ROLES[track.kind] },
    Representation: {
      "@id": `captions-${index + 1}`,
      "@bandwidth": captionBitRate([track], durationSeconds),
      BaseURL: track.key,
    },
  }));
}

/** Sheets that several tasks have made are not all full, and a manifest can only count through full ones. */
export function areTilesEven({ sheets, columns, rows }: Storyboard): boolean {
  const isNumbered = sheets.every(
    ({ key }, index) => key === `storyboard/${String(index).padStart(3, "0")}.jpg`,
  );
  return isNumbered && sheets.slice(0, -1).every(({ tileCount }) => tileCount === columns * rows);
}

/** The storyboard's sheets, as the DASH Industry Forum's guidelines (IOP 4.3, 6.2.6) describe them to players. */
export function thumbnails(
  { framesPerTile, columns, rows, tileWidth, tileHeight, sheets }: Storyboard,
  { frameRate }: EncodedRendition,
): Element {
  const [timescale = 1, ticksPerFrame = 1] = frameRate.split("/").map(Number);
  const ticks = framesPerTile * columns * rows * ticksPerFrame;
  const largest = Math.max(...sheets.map(({ sizeBytes }) => sizeBytes));
  return {
    ...{ "@contentType": "image", "@mimeType": "image/jpeg" },
    Representation: {
      "@id": "storyboard",
      "@bandwidth": Math.ceil((largest * 8 * timescale) / ticks),
      ...{ "@width": columns * tileWidth, "@height": rows * tileHeight },
      EssentialProperty: { "@schemeIdUri": TILES, "@value": `${columns}x${rows}` },
      SegmentTemplate: {
        ...{ "@timescale": timescale, "@duration": ticks, "@startNumber": 0 },
        "@media": "$RepresentationID$/$Number%03d$.jpg",
      },
    },
  };
}
