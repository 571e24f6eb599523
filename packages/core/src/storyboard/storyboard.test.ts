import { describe, expect, it } from "vitest";
import { buildStoryboard, countTiles, fillSheets, planStoryboard } from "./storyboard.ts";

const wide = { width: 1920, height: 1080 };

describe("a storyboard", () => {
  it.each([
    ["10 s", 240, 24, 48, [5, 1]],
    ["a minute", 1440, 24, 48, [10, 3]],
    ["5 minutes at 59.94", 17_982, 60_000 / 1001, 120, [10, 10]],
    ["20 minutes", 30_000, 25, 125, [10, 10]],
    ["4 hours", 432_000, 30, 300, [10, 10]],
    ["a single picture", 1, 25, 50, [1, 1]],
  ])(
    "of %s has a picture every 2, 5 or 10 seconds, on sheets of at most 10 x 10",
    (_, frameCount, rate, frames, grid) => {
      const plan = planStoryboard({ ...wide, frameCount, framesPerSecond: rate });
      expect(plan).toMatchObject({ framesPerTile: frames, columns: grid[0], rows: grid[1] });
    },
  );

  it.each([
    ["wide", 1920, 1080, 160, 90],
    ["upright", 1080, 1920, 90, 160],
    ["square", 720, 720, 160, 160],
    ["very wide", 4096, 1000, 160, 40],
    ["very narrow", 16, 8192, 2, 160],
  ])("of a %s video has tiles of its shape", (_, width, height, tileWidth, tileHeight) => {
    expect(planStoryboard({ width, height, frameCount: 100, framesPerSecond: 25 })).toMatchObject({
      tileWidth,
      tileHeight,
    });
  });

  it("of four hours fills 15 sheets", () => {
    const tiles = countTiles({ frameCount: 432_000 }, 300);
    expect(tiles).toBe(1440);
    expect(fillSheets(tiles, { columns: 10, rows: 10 })).toEqual([...Array<number>(14).fill(100), 40]);
  });

  it("has each tile in exactly one of the parts that a video is cut into", () => {
    // Tiles at 0, 48, 96, 144, 192: the second part begins behind that of 96, the third with that of 192.
    const parts = [
      { firstFrame: 0, frameCount: 100 },
      { firstFrame: 100, frameCount: 92 },
      { firstFrame: 192, frameCount: 40 },
    ];
    expect(parts.map((part) => countTiles(part, 48))).toEqual([3, 1, 1]);
  });
});

it("each cue names the place of its picture, and the last one ends with the video", () => {
  const storyboard = {
    ...{ framesPerTile: 48, columns: 2, rows: 1, tileWidth: 160, tileHeight: 90 },
    sheets: [
      { key: "storyboard/000.jpg", sizeBytes: 1, tileCount: 2 },
      { key: "storyboard/001.jpg", sizeBytes: 1, tileCount: 1 },
    ],
  };
  // 24000/1001 frames a second: frame 48 is shown at 2.002 s, frame 120 at 5.005 s.
  expect(buildStoryboard(storyboard, { frameCount: 120, frameRate: "24000/1001" })).toBe(`WEBVTT

00:00:00.000 --> 00:00:02.002
storyboard/000.jpg#xywh=0,0,160,90

00:00:02.002 --> 00:00:04.004
storyboard/000.jpg#xywh=160,0,160,90

00:00:04.004 --> 00:00:05.005
storyboard/001.jpg#xywh=0,0,160,90
`);
});

it("hours are written as hours", () => {
  const storyboard = {
    ...{ framesPerTile: 100_000, columns: 2, rows: 1, tileWidth: 160, tileHeight: 90 },
    sheets: [{ key: "a.jpg", sizeBytes: 1, tileCount: 2 }],
  };
  expect(buildStoryboard(storyboard, { frameCount: 200_000, frameRate: "25/1" })).toContain(
    "01:06:40.000 --> 02:13:20.000",
  );
});
