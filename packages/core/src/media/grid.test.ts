import { describe, expect, it } from "vitest";
import { gridOf } from "./grid.ts";

describe("the grid of groups and segments", () => {
  it.each([
    ["24", { num: 24, den: 1 }, 48, 96],
    // 2.002 s and 4.004 s: two seconds exactly are no whole number of these frames.
    ["23.976", { num: 24_000, den: 1001 }, 48, 96],
    ["29.97", { num: 30_000, den: 1001 }, 60, 120],
    ["59.94", { num: 60_000, den: 1001 }, 120, 240],
    ["one every five seconds", { num: 1, den: 5 }, 1, 1],
  ])("of %s frames a second is of whole frames", (_name, rate, framesPerGroup, framesPerSegment) => {
    expect(gridOf(rate)).toEqual({ framesPerGroup, framesPerSegment });
  });
});
