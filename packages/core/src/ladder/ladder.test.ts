import { describe, expect, it } from "vitest";
import { ladderFor } from "./ladder.ts";

function sizes(width: number, height: number, framesPerSecond = 25): string[] {
  return ladderFor({ width, height, framesPerSecond }).map(
    (rung) => `${rung.name} ${rung.width}x${rung.height}`,
  );
}

describe("the sizes of a ladder", () => {
  it.each([
    [
      "full HD gets every rung",
      1920,
      1080,
      ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360", "240p 426x240"],
    ],
    [
      "4K starts at 1080p",
      3840,
      2160,
      ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360", "240p 426x240"],
    ],
    [
      "portrait counts by its short side",
      1080,
      1920,
      ["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640", "240p 240x426"],
    ],
    [
      "a size well above a rung is kept as the top",
      1000,
      562,
      ["562p 1000x562", "480p 854x480", "360p 640x360", "240p 428x240"],
    ],
    ["a size just above a rung is not", 888, 500, ["480p 852x480", "360p 640x360", "240p 426x240"]],
    ["4:3 stays 4:3", 400, 300, ["300p 400x300", "240p 320x240"]],
    ["smaller than every rung stays its own size", 200, 150, ["150p 200x150"]],
    ["odd sides are rounded down, not up", 641, 359, ["358p 640x358", "240p 428x240"]],
    ["the smallest that is accepted", 16, 16, ["16p 16x16"]],
    [
      "cinema wide keeps its shape",
      1920,
      800,
      ["800p 1920x800", "720p 1728x720", "480p 1152x480", "360p 864x360", "240p 576x240"],
    ],
    [
      "a square",
      1080,
      1080,
      ["1080p 1080x1080", "720p 720x720", "480p 480x480", "360p 360x360", "240p 240x240"],
    ],
    [
      "cropped macroblocks do not make a rung",
      1920,
      1088,
      ["1080p 1906x1080", "720p 1270x720", "480p 848x480", "360p 636x360", "240p 424x240"],
    ],
  ])("%s", (_name, width, height, expected) => {
    expect(sizes(width, height)).toEqual(expected);
  });

  it("never exceeds the picture, has even sides, unique names and the picture's shape, whatever the picture", () => {
    for (let width = 16; width <= 4096; width += 83) {
      for (let height = 16; height <= 4096; height += 71) {
        const ladder = ladderFor({ width, height, framesPerSecond: 30 });
        expect(ladder.length).toBeGreaterThan(0);
        expect(new Set(ladder.map(({ name }) => name)).size).toBe(ladder.length);
        for (const rung of ladder) {
          expect(rung.width % 2 === 0 && rung.height % 2 === 0).toBe(true);
          expect(rung.width <= width && rung.height <= height).toBe(true);
          // Rounding to even moves each side by less than two pixels.
          const [short, long] = width < height ? [rung.width, rung.height] : [rung.height, rung.width];
          expect(Math.abs(long - (short * Math.max(width, height)) / Math.min(width, height))).toBeLessThan(
            2 + Math.max(width, height) / Math.min(width, height),
          );
        }
      }
    }
  });
});

describe("the bitrates of a ladder", () => {
  const bitrates = (width: number, height: number, framesPerSecond: number) =>
    ladderFor({ width, height, framesPerSecond }).map(({ maxBitrateKbps }) => maxBitrateKbps);

  it("are the measured caps for 16:9 up to 30 frames a second", () => {
    expect(bitrates(1920, 1080, 30)).toEqual([5000, 2800, 1400, 800, 400]);
  });

  it("allow half as much again above 30 frames a second", () => {
    expect(bitrates(1920, 1080, 59.94)).toEqual([7500, 4200, 2100, 1200, 600]);
  });

  it("follow the number of pixels of other shapes", () => {
    expect(bitrates(1440, 1080, 25)[0]).toBe(3750);
  });

  it("lie between their neighbours for a size between two rungs, and fall below the smallest", () => {
    expect(bitrates(1600, 900, 25)[0]).toBe(3900);
    expect(bitrates(214, 120, 25)).toEqual([100]);
  });
});
