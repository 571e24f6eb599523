import { expect, it } from "vitest";
import { fixedRate, meanSsim } from "./capped-crf.ts";

it("a fixed ladder has the cap as its bit rate, and all else the same", () => {
  const encoder = "-c:v libx264 -preset veryfast -crf 23 -maxrate 5000k -bufsize 10000k -g 48".split(" ");
  expect(fixedRate(encoder).join(" ")).toBe(
    "-c:v libx264 -preset veryfast -b:v 5000k -maxrate 5000k -bufsize 10000k -g 48",
  );
  expect(() => fixedRate(["-c:v", "libx264", "-b:v", "1M"])).toThrow("capped constant quality");
});

it("decibels are those of the mean over all frames, as ffmpeg's own summary has them", () => {
  // 0.99 is 20 dB, 0.9 is 10 dB; their mean 0.945 is 12.596 dB.
  const text = "n:1 Y:0.99 U:0.9 V:0.9 All:0.990000 (20.000000)\nn:2 Y:0.9 All:0.900000 (10.000000)\n";
  expect(meanSsim(text)).toBeCloseTo(12.596, 3);
  expect(() => meanSsim("")).toThrow("No frame");
});
