import { describe, expect, it } from "vitest";
import { encodedPictures, measurePictures, timingOf } from "./measure.ts";
import { parseRational } from "./rational.ts";

const rates = (...texts: string[]) =>
  texts.map((text) => parseRational(text)).filter((rate) => rate !== undefined);

/** The timing of pictures that come at an even rate, from a start on. */
function timing(
  count: number,
  framesPerSecond: number,
  startSeconds: number,
  endSeconds: number,
  stated: string,
) {
  const times = Array.from({ length: count }, (_, index) => startSeconds + index / framesPerSecond);
  return timingOf(encodedPictures(measurePictures({ startSeconds, endSeconds }, times, rates(stated))));
}

describe("what a source is encoded as", () => {
  it("begins when its first picture is shown, and has as many frames as fill its span", () => {
    // Nine seconds and nine milliseconds at 23.976: 216 frames.
    expect(timing(216, 24_000 / 1001, 0.5, 9.509, "24000/1001")).toEqual({
      startSeconds: 0.5,
      frameRate: "24000/1001",
      frameCount: 216,
    });
  });

  it("has every second picture of a source at 120 a second", () => {
    expect(timing(360, 120, 0, 3, "120/1")).toEqual({ startSeconds: 0, frameRate: "60/1", frameCount: 180 });
  });

  it("has its last picture for a whole frame, though a clock calls it shorter", () => {
    // 250 pictures at 25 a second, the last of them for a six-hundredth of a second.
    expect(timing(250, 25, 0, 249 / 25 + 1 / 600, "25/1").frameCount).toBe(250);
  });

  it("has one frame at least", () => {
    expect(timing(1, 25, 0, 0, "25/1")).toEqual({ startSeconds: 0, frameRate: "25/1", frameCount: 1 });
  });
});
