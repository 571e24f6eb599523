import { expect, it } from "vitest";
import { offered, playsHlsBest, qualitiesOf } from "./stream.ts";

const says = (answer: CanPlayTypeResult) => ({ canPlayType: () => answer });

it("leaves HLS to Safari", () => {
  expect(playsHlsBest({ WebKitPlaybackTargetAvailabilityEvent: Event }, says("maybe"))).toBe(true);
});

it("plays HLS by itself in a Chrome that says it could, because Chrome offers no choice of quality", () => {
  expect(playsHlsBest({}, says("maybe"))).toBe(false);
});

it("plays HLS by itself where the browser cannot", () => {
  expect(playsHlsBest({}, says(""))).toBe(false);
});

it("offers each size once, by its short side, in the codec that takes the least", () => {
  const levels = [
    { width: 426, height: 240, bitrate: 300 },
    { width: 640, height: 360, bitrate: 500 },
    { width: 640, height: 360, bitrate: 800 },
    { width: 720, height: 1280, bitrate: 2800 },
  ];
  expect(qualitiesOf(levels)).toEqual([
    { index: 3, name: "720p" },
    { index: 1, name: "360p" },
    { index: 0, name: "240p" },
  ]);
  // What is played in another codec is shown as its size.
  expect([0, 1, 2, 3].map((level) => offered(level, levels))).toEqual([0, 1, 1, 3]);
});

it("does not offer HDR where it takes the least: that is for screens to decide", () => {
  const levels = [
    { width: 640, height: 360, bitrate: 700, videoRange: "PQ" },
    { width: 640, height: 360, bitrate: 800, videoRange: "SDR" },
  ];
  expect(qualitiesOf(levels)).toEqual([{ index: 1, name: "360p" }]);
  expect(offered(0, levels)).toBe(1);
});
