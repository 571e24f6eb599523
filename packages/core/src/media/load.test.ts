import { describe, expect, it } from "vitest";
import { activityOf, peakBitrateKbps, type PictureLoad } from "./load.ts";

/** A second a line: keyframes, their bytes, the bytes of other pictures. */
function loadOf(from: number, seconds: readonly (readonly [number, number, number])[]): PictureLoad {
  return new Map(
    seconds.map(([keyframes, keyframeBytes, otherBytes], index) => [
      from + index,
      { keyframes, keyframeBytes, otherBytes },
    ]),
  );
}

const quiet = (count: number) => Array.from({ length: count }, () => [0, 0, 1000] as const);

describe("the peak of a source", () => {
  it("is that of eight seconds, wherever they begin", () => {
    // Four seconds of 101,000 bytes among others of 1,000: 408,000 bytes in eight seconds are 408 kb/s.
    const busy = Array.from({ length: 4 }, () => [0, 0, 101_000] as const);
    expect(peakBitrateKbps(loadOf(10, [...quiet(20), ...busy, ...quiet(20)]))).toBe(408);
  });

  it("counts a keyframe every two seconds where the source has fewer", () => {
    // One keyframe of 50,000 bytes in 20 seconds: four of them and 8,000 bytes in eight seconds.
    expect(peakBitrateKbps(loadOf(0, [[1, 50_000, 1000], ...quiet(19)]))).toBe(208);
  });

  it("counts them as they are where the source has more", () => {
    const intra = Array.from({ length: 10 }, () => [25, 250_000, 0] as const);
    expect(peakBitrateKbps(loadOf(0, intra))).toBe(2000);
  });

  it("of a shorter one is that of all of it", () => {
    // 2 seconds: 100 + 3,000 bytes, and one keyframe of 100 is what two seconds have.
    expect(
      peakBitrateKbps(
        loadOf(5, [
          [1, 100, 1000],
          [0, 0, 2000],
        ]),
      ),
    ).toBeCloseTo(12.4, 10);
  });

  it("is unknown of nothing", () => {
    expect(peakBitrateKbps(new Map())).toBeNull();
  });
});

describe("the activity of a source", () => {
  it("is what its pictures weigh without keyframes, span by span, cut where a span is", () => {
    const load = loadOf(0, [
      [1, 9000, 1000],
      [0, 0, 3000],
      [1, 9000, 5000],
      [0, 0, 7000],
    ]);
    // From half a second on: 500 + 3,000 + 2,500, and 2,500 + 7,000 + nothing.
    expect(activityOf(load, 0.5, 2, 2)).toEqual([6000, 9500]);
  });

  it("is all that pictures weigh where nearly all are keyframes", () => {
    const load = loadOf(0, [
      [25, 9000, 0],
      [25, 4000, 0],
    ]);
    expect(activityOf(load, 0, 1, 2)).toEqual([9000, 4000]);
  });

  it("begins before zero where the source does", () => {
    expect(
      activityOf(
        loadOf(-1, [
          [0, 0, 10],
          [0, 0, 20],
        ]),
        -1,
        1,
        2,
      ),
    ).toEqual([10, 20]);
  });
});
