import { expect, it } from "vitest";
import { readSsim } from "./quality.ts";

it("decibels are those of the mean over all frames, as ffmpeg's own summary has them", () => {
  // 0.99 is 20 dB, 0.9 is 10 dB; their mean 0.945 is 12.596 dB.
  const text = "n:1 Y:0.99 U:0.9 V:0.9 All:0.990000 (20.000000)\nn:2 Y:0.9 All:0.900000 (10.000000)\n";
  expect(readSsim(text)).toBeCloseTo(12.596, 3);
  expect(() => readSsim("")).toThrow("No frame");
});
