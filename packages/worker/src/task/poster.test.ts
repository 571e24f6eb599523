import { expect, it } from "vitest";
import { choosePoster, parseLooks } from "./poster.ts";

/** As ffmpeg 5.1.9 printed it, shortened. */
const CAPTURED = `frame:0    pts:0       pts_time:0
lavfi.signalstats.YMIN=16
lavfi.signalstats.YLOW=16
lavfi.signalstats.YAVG=16.0031
lavfi.signalstats.YHIGH=16
lavfi.signalstats.YMAX=17
lavfi.blur=-nan
frame:1    pts:24576   pts_time:2
lavfi.signalstats.YMIN=19
lavfi.signalstats.YLOW=45
lavfi.signalstats.YAVG=110.2
lavfi.signalstats.YHIGH=197
lavfi.signalstats.YMAX=235
lavfi.blur=4.738642
`;

const BLACK = { average: 16, low: 16, high: 16, blur: 0 };
const WHITE = { average: 235, low: 235, high: 235, blur: 0 };
const DIM = { average: 40, low: 20, high: 70, blur: 0 };
const SCENE = { average: 110, low: 45, high: 197, blur: 5 };

/** The same scene, out of focus: it has lost a little of its contrast. */
const BLURRED = { average: 110, low: 50, high: 190, blur: 11 };

it("what signalstats and blurdetect say is read by frame", () => {
  expect(parseLooks(CAPTURED)).toEqual([
    { average: 16.0031, low: 16, high: 16, blur: 0 },
    { average: 110.2, low: 45, high: 197, blur: 4.738642 },
  ]);
  expect(parseLooks("")).toEqual([]);
});

it.each([
  ["not black", [BLACK, BLACK, SCENE, BLACK], 2],
  ["not white", [WHITE, DIM], 1],
  ["not dim when there is better", [DIM, DIM, SCENE, DIM, DIM], 2],
  ["not blurred", [BLURRED, BLURRED, SCENE, BLURRED], 2],
  ["blurred rather than black", [BLACK, BLACK, BLURRED, BLACK], 2],
  ["from the first half of equals", [SCENE, SCENE, SCENE, SCENE], 1],
  ["black when all is black", [BLACK], 0],
  ["the first of none", [], 0],
])("the poster is %s", (_name, looks, expected) => {
  expect(choosePoster(looks).keyframe).toBe(expected);
});

it("a poster of the first half of a video is preferred to an equal one of its end, also across parts", () => {
  const score = (from: number, to: number) => choosePoster([SCENE], { from, to }).score;
  expect(score(0.25, 0.5)).toBeGreaterThan(score(0.75, 1));
});
