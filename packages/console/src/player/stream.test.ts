import { expect, it } from "vitest";
import { playsHlsBest } from "./stream.ts";

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
