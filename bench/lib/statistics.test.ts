import { describe, expect, it } from "vitest";
import { median, middle, pairedRatio } from "./statistics.ts";

describe("a median", () => {
  it.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[10, 9, 100], 10],
  ])("of %j is %d, in whatever order they come", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("of nothing is an error, not a number", () => {
    expect(() => median([])).toThrow("nothing");
  });
});

it("a middle tells how far its values lie apart", () => {
  expect(middle([5, 1, 2])).toEqual({ value: 2, range: [1, 5] });
});

describe("a paired ratio", () => {
  it("is not moved by a machine that was slow in one turn", () => {
    // Ours takes 0.7 of theirs in each turn; the second turn was five times slower. Medians alone would say 0.7 / 1 … 3.5 / 5.
    expect(pairedRatio([0.7, 3.5, 0.77], [1, 5, 1.1]).value).toBeCloseTo(0.7, 10);
  });

  it("refuses what was not measured in turns", () => {
    expect(() => pairedRatio([1, 2], [1])).toThrow("2 times and 1 times");
  });
});
