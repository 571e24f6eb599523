import { describe, expect, it } from "vitest";
import type { Samples } from "../container/mp4/samples.ts";
import { groupsOf, joinGroups, reorderOf } from "./groups.ts";

/** Ten pictures a second: I P B B, then I P; times of showing in the order of decoding, in tenths. */
const SAMPLES: Samples = {
  timescale: 10,
  count: 6,
  durations: Float64Array.from([1, 1, 1, 1, 1, 1]),
  times: Float64Array.from([2, 5, 3, 4, 6, 7]),
  keyframes: [0, 4],
  sizes: [900, 300, 100, 100, 900, 300],
};

describe("the groups of a track", () => {
  it("last from one key picture to the next, the last one to the end of its last picture", () => {
    expect(groupsOf(SAMPLES, (index) => index + 1)).toEqual([
      { startSeconds: 0.2, durationSeconds: 0.4, sizeBytes: 10 },
      { startSeconds: 0.6, durationSeconds: 0.2, sizeBytes: 11 },
    ]);
  });

  it("are one for each picture where all are key pictures", () => {
    expect(groupsOf({ ...SAMPLES, times: SAMPLES.times.toSorted(), keyframes: null }, () => 1)).toHaveLength(
      6,
    );
  });

  it("need as much time for reordering as their latest picture", () => {
    // Decoded 2 3 4 5, shown 2 5 3 4: the third is decoded at 4 and shown at 3.
    expect(reorderOf(SAMPLES)).toBeCloseTo(0.1, 9);
    expect(reorderOf({ ...SAMPLES, times: SAMPLES.times.toSorted() })).toBe(0);
  });

  it("are joined until they last long enough", () => {
    const group = (startSeconds: number, durationSeconds: number) => ({
      ...{ startSeconds, durationSeconds, sizeBytes: 1 },
    });
    expect(joinGroups([group(0, 2), group(2, 1.9), group(3.9, 10), group(13.9, 1)], 4)).toEqual([
      { startSeconds: 0, durationSeconds: 13.9, sizeBytes: 3 },
      { startSeconds: 13.9, durationSeconds: 1, sizeBytes: 1 },
    ]);
  });
});
