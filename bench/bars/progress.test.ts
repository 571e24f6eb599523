import { expect, it } from "vitest";
import { rateOf } from "./progress.ts";

it.each([
  [[0, 1, 2, 3], 1],
  [[0, 2, 4], 0.5],
  [[0, 0.5, 1], 2],
  [[0], 0],
  [[], 0],
])("writes at %j are %d a second", (times, expected) => {
  expect(rateOf(times)).toBe(expected);
});
