import { expect, test } from "vitest";
import { parseInstant } from "./instant.ts";

test.each([
  ["2030-02-28T23:59:59Z", 1_898_553_599_000],
  ["2030-02-28T23:59:59.5Z", 1_898_553_599_500],
  ["2030-03-01T08:59:59+09:00", 1_898_553_599_000],
  ["2030-02-28T23:59:59.123456789Z", 1_898_553_599_123],
])("%s is an instant", (text, instant) => {
  expect(parseInstant(text)).toBe(instant);
});

test.each([
  "2030-02-28 23:59:59Z",
  "2030-02-28T23:59:59",
  "2030-13-01T00:00:00Z",
  "2030-02-29T00:00:00Z",
  "2030-02-28T25:00:00Z",
  "28-02-2030T00:00:00Z",
  "2030-02-28t00:00:00z",
  "2030-02-28",
  "tomorrow",
])("%s is none", (text) => {
  expect(parseInstant(text)).toBeUndefined();
});
