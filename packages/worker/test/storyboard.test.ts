import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { outputPrefix } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { clip, type ClipName } from "./clips.ts";
import { cuts } from "./source-clips.ts";
import { type Harness, processed } from "./harness.ts";
import type { Ready } from "./playlists.ts";

const execute = promisify(execFile);

/** One picture of a file as 8-bit luma. */
async function luma(path: string, filter: string): Promise<Buffer> {
  const args = [
    "-v",
    "error",
    "-i",
    path,
    "-vf",
    `${filter},format=gray`,
    "-frames:v",
    "1",
    "-f",
    "rawvideo",
    "-",
  ];
  return (await execute("ffmpeg", args, { encoding: "buffer", maxBuffer: 64 * 1024 ** 2 })).stdout;
}

/** The mean difference of two pictures, 0 to 255. */
function difference(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  return one.reduce((sum, value, index) => sum + Math.abs(value - (other[index] ?? 0)), 0) / one.length;
}

/** How unlike a tile is from the source's frame of its time, and from frames before and after that. */
async function compare(path: string, tile: number, { storyboard }: Ready, task: Harness) {
  const { framesPerTile, columns, rows, tileWidth, tileHeight, sheets } = storyboard;
  const place = tile % (columns * rows);
  const [x, y] = [(place % columns) * tileWidth, Math.floor(place / columns) * tileHeight];
  const sheet = sheets[Math.floor(tile / (columns * rows))]?.key ?? "";
  const made = await luma(
    join(task.bucket.root, outputPrefix(task.ticket), sheet),
    `crop=${tileWidth}:${tileHeight}:${x}:${y}`,
  );
  const unlike = async (frame: number) =>
    difference(made, await luma(path, `select=eq(n\\,${frame}),scale=${tileWidth}:${tileHeight}`));
  const frame = tile * framesPerTile;
  return {
    own: await unlike(frame),
    others: [await unlike(Math.max(frame - 10, 20)), await unlike(frame + 10)],
  };
}

describe("thumbnails", { timeout: 120_000 }, () => {
  it("show at the storyboard's times the frame of that time, in the size of the video where that is small", async () => {
    const path = await clip("wide.mp4");
    await processed(path, async ({ storyboard, thumbnails }, task) => {
      // 150 frames, one every 50.
      expect(thumbnails.map(({ key }) => key)).toEqual([0, 1, 2].map((n) => `thumbnails/0000${n}.jpg`));
      for (const [number, { key }] of thumbnails.entries()) {
        const made = await luma(join(task.bucket.root, outputPrefix(task.ticket), key), "null");
        const unlike = async (frame: number) => difference(made, await luma(path, `select=eq(n\\,${frame})`));
        const frame = number * storyboard.framesPerTile;
        expect(made).toHaveLength(640 * 360);
        expect(await unlike(frame)).toBeLessThan(6);
        expect(await unlike(frame + 10)).toBeGreaterThan(await unlike(frame));
      }
    });
  });
});

describe("a storyboard", { timeout: 120_000 }, () => {
  it.each<[string, ClipName, number]>([
    ["a wide video", "wide.mp4", 160 / 90],
    ["an upright video", "tall.mp4", 90 / 160],
  ])("of %s shows at each time the frame of that time", async (_, name, aspect) => {
    const path = await clip(name);
    await processed(path, async (result, task) => {
      const { storyboard, renditions } = result;
      expect(storyboard.tileWidth / storyboard.tileHeight).toBeCloseTo(aspect, 1);
      const frames = renditions[0]?.frameCount ?? 0;
      const tileCount = storyboard.sheets.reduce((sum, sheet) => sum + sheet.tileCount, 0);
      expect(tileCount).toBe(Math.ceil(frames / storyboard.framesPerTile));
      for (let tile = 0; tile < tileCount; tile++) {
        const { own, others } = await compare(path, tile, result, task);
        expect(own, `tile ${tile}`).toBeLessThan(8);
        for (const other of others) expect(other, `tile ${tile}`).toBeGreaterThan(own);
      }
    });
  });
});

describe("a poster", { timeout: 60_000 }, () => {
  it("is of where there is something to see: not of the black that a video begins with, nor of the grey at its end", async () => {
    // Black for longer than the half that a poster is rather taken from.
    await processed(await cuts(5.2, 2), async ({ poster }, { bucket, ticket }) => {
      const path = join(bucket.root, outputPrefix(ticket), poster.key);
      const shown = await luma(path, "scale=32:24");
      // Black and grey are one brightness all over; the picture between them has the bars of a test card.
      expect(Math.max(...shown) - Math.min(...shown)).toBeGreaterThan(100);
    });
  });
});
