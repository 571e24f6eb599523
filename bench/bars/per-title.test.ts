import type { EncodedRendition } from "@telecine/core/task/contract";
import { expect, it } from "vitest";
import { errorOf } from "./per-title.ts";

const rendition = (predictedBitrateKbps: number | null, ...sizes: number[]) =>
  ({
    rung: { predictedBitrateKbps },
    segments: sizes.map((sizeBytes) => ({ sizeBytes })),
  }) as EncodedRendition;

it("a promise is held against the bits of all segments over the whole length", () => {
  // 500,000 bytes in 4 seconds are 1,000 kb/s.
  expect(errorOf(rendition(900, 300_000, 200_000), 4)).toBeCloseTo(0.1, 12);
  expect(errorOf(rendition(1100, 300_000, 200_000), 4)).toBeCloseTo(0.1, 12);
  expect(errorOf(rendition(null, 300_000), 4)).toBeUndefined();
});
