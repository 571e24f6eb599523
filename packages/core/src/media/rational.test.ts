import { expect, it } from "vitest";
import { divide, formatRational, fromNumber, parseRational } from "./rational.ts";

it("a fraction is read in its lowest terms", () => {
  expect(parseRational("60/2")).toEqual({ num: 30, den: 1 });
  expect(parseRational("30000/1001")).toEqual({ num: 30000, den: 1001 });
});

it.each(["0/0", "25/0", "0/1", "25", "-25/1", "N/A", "", "1e3/1", "25/1 "])("%j is no rate", (text) => {
  expect(parseRational(text)).toBeUndefined();
});

it("division stays exact", () => {
  expect(formatRational(divide({ num: 120000, den: 1001 }, 2))).toBe("60000/1001");
});

it("a number becomes a fraction of thousandths, and never nothing", () => {
  expect(formatRational(fromNumber(12.5))).toBe("25/2");
  expect(formatRational(fromNumber(0.0001))).toBe("1/1000");
});
