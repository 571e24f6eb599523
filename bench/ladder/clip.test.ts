import { describe, expect, it } from "vitest";
import { lengthOf, loopsFor, SAMPLE } from "./clip.ts";

describe("a clip", () => {
  it("that is shorter than its footage is its beginning", () => {
    expect([loopsFor(4, SAMPLE), lengthOf(4, SAMPLE)]).toEqual([1, 4]);
  });

  it("that is longer is all of its footage, as often as it takes", () => {
    expect([loopsFor(30, SAMPLE), lengthOf(30, SAMPLE)]).toEqual([3, 30]);
    const footage = { file: "film.mp4", seconds: 12.5 };
    expect([loopsFor(30, footage), lengthOf(30, footage)]).toEqual([3, 37.5]);
  });
});
