import { expect, test } from "vitest";
import { cleanFileName, cleanText, cut, titleOf } from "./text.ts";

test.each([
  ["a\u0000b\tc\n d", "a b c d"],
  ["\u202eabc\u2066", "abc"],
  ["zero\u200bwidth", "zero width"],
  ["👩‍👩‍👧 family", "👩‍👩‍👧 family"],
  ["   ", ""],
])("cleanText(%j) is %j", (text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test.each([
  ["a/b/c.mp4", "c.mp4"],
  ["C:\\a\\b.mov", "b.mov"],
  ["..", ".."],
  ["dir/", ""],
])("cleanFileName(%j) is %j", (path, expected) => {
  expect(cleanFileName(path)).toBe(expected);
});

test.each([
  ["film.final.mp4", "film.final"],
  [".mp4", ".mp4"],
  ["noextension", "noextension"],
  ["version 1.2 of it", "version 1.2 of it"],
])("titleOf(%j) is %j", (name, expected) => {
  expect(titleOf(name)).toBe(expected);
});

test("a cut leaves characters whole and keeps to its limit", () => {
  expect(cut("short", 5)).toBe("short");
  expect(cut("longer", 5)).toBe("long…");
  const family = "👩‍👩‍👧"; // 8 UTF-16 units
  expect(cut(`abc${family}`, 8)).toBe("abc…");
  expect(cut(family.repeat(100), 50).length).toBeLessThanOrEqual(50);
});
