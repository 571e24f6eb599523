import { describe, expect, it } from "vitest";
import { gridOf, segmentOf } from "./grid.ts";

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

describe("segments", () => {
  const numbers = (grid: Parameters<typeof segmentOf>[1]) =>
    Array.from({ length: 8 }, (_, group) => segmentOf(group, grid));

  it("hold two groups each, but the first two hold one: playing can begin early", () => {
    expect(numbers({ framesPerGroup: 50, framesPerSegment: 100 })).toEqual([0, 1, 2, 2, 3, 3, 4, 4]);
  });

  it("are the groups themselves where one is long enough", () => {
    expect(numbers({ framesPerGroup: 1, framesPerSegment: 1 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
