import { expect, it } from "vitest";
import { createRate } from "./rate.ts";

it("says nothing before it has watched for a second", () => {
  const rate = createRate();
  expect([rate.note(0, 0), rate.note(50_000, 500)]).toEqual([null, null]);
});

it("follows the last five seconds, not the whole upload", () => {
  const rate = createRate();
  const totals = [0, 100, 200, 300, 400, 500, 1500, 2500, 3500, 4500, 5500];
  const rates = totals.map((bytes, second) => rate.note(bytes, second * 1000));
  expect(rates[5]).toBe(100);
  expect(rates[10]).toBe(1000);
});

it("begins anew when a part is sent again", () => {
  const rate = createRate();
  rate.note(0, 0);
  rate.note(9000, 3000);
  expect(rate.note(5000, 4000)).toBeNull();
  expect(rate.note(6000, 5000)).toBe(1000);
});
