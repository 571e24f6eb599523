import { expect, test } from "vitest";
import { encodeKey, successor } from "./encoding.ts";

// What java.net.URLEncoder, which S3's form is that of, makes of these; with slashes kept.
test.each([
  ["photos/2026/red flower.jpg", "photos/2026/red+flower.jpg"],
  ["a+b&c=d", "a%2Bb%26c%3Dd"],
  ["100%2F", "100%252F"],
  ["ü", "%C3%BC"],
  ["🎬", "%F0%9F%8E%AC"],
  ["-_.*", "-_.*"],
  ["(~!')", "%28%7E%21%27%29"],
  ["a\nb", "a%0Ab"],
])("an event names the key %j %s", (key, expected) => {
  expect(encodeKey(key)).toBe(expected);
});

test.each([
  ["a", "b"],
  ["a/", "a0"],
  ["a\ud7ff".normalize(), "a\ue000"],
  ["a\u{10ffff}", "b"],
  ["🎬", "🎭"],
])("the first text behind everything that begins with %j is %j", (prefix, expected) => {
  expect(successor(prefix)).toBe(expected);
});

test("nothing lies behind the last character, or behind everything", () => {
  expect(successor("\u{10ffff}")).toBeUndefined();
  expect(successor("")).toBeUndefined();
});
