import { expect, test } from "vitest";
import { readCopyRange, readRange } from "./range.ts";

test.each([
  ["bytes=0-4", { start: 0, sizeBytes: 5 }],
  ["bytes=9-9", { start: 9, sizeBytes: 1 }],
  ["bytes=4-", { start: 4, sizeBytes: 6 }],
  ["bytes=4-100", { start: 4, sizeBytes: 6 }],
  ["bytes=-3", { start: 7, sizeBytes: 3 }],
  ["bytes=-100", { start: 0, sizeBytes: 10 }],
])("of ten bytes, %s is a range", (header, expected) => {
  expect(readRange(header, 10)).toEqual(expected);
});

test.each([undefined, "", "bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "items=0-4", "bytes=a-b"])(
  "the header %j is no range, and the whole is answered",
  (header) => {
    expect(readRange(header, 10)).toBeUndefined();
  },
);

test.each([
  ["bytes=10-", 10],
  ["bytes=10-20", 10],
  ["bytes=-0", 10],
  ["bytes=0-", 0],
  ["bytes=-1", 0],
])("%s of %i bytes cannot be satisfied", (header, total) => {
  expect(() => readRange(header, total)).toThrow(
    expect.objectContaining({ code: "InvalidRange", statusCode: 416 }),
  );
});

test("a range to copy must lie inside", () => {
  expect(readCopyRange("bytes=2-9", 10)).toEqual({ start: 2, sizeBytes: 8 });
  for (const header of ["bytes=2-10", "bytes=2-", "bytes=-2", "bytes=3-2"]) {
    expect(() => readCopyRange(header, 10)).toThrow(expect.objectContaining({ code: "InvalidArgument" }));
  }
});
