import { expect, test } from "vitest";
import { judgeRead, type ReadCondition } from "./condition.ts";

const NOON = "Tue, 24 Nov 2026 12:00:00 GMT";
const BEFORE = "Tue, 24 Nov 2026 11:59:59 GMT";
// The dates of HTTP have no milliseconds, and must not make an object look newer than it is.
const object = { etag: "abc", modifiedAt: Date.parse("2026-11-24T12:00:00.700Z") };
const none = {
  ifMatch: undefined,
  ifNoneMatch: undefined,
  ifModifiedSince: undefined,
  ifUnmodifiedSince: undefined,
};

// RFC 9110, section 13.2.2, and S3's page on conditional reads.
test.each<[string, Partial<ReadCondition>, string]>([
  ["nothing", {}, "ok"],
  ["its ETag", { ifMatch: '"abc"' }, "ok"],
  ["one of several ETags", { ifMatch: '"x", "abc"' }, "ok"],
  ["any ETag", { ifMatch: "*" }, "ok"],
  ["an ETag without quotes", { ifMatch: "abc" }, "ok"],
  ["another ETag", { ifMatch: '"x"' }, "failed:If-Match"],
  ["no such ETag, and it is that one", { ifNoneMatch: '"abc"' }, "notModified"],
  ["no such ETag, weakly", { ifNoneMatch: 'W/"abc"' }, "notModified"],
  ["no such ETag, and it is another", { ifNoneMatch: '"x"' }, "ok"],
  ["a change since the second of its last one", { ifModifiedSince: NOON }, "notModified"],
  ["a change since before", { ifModifiedSince: BEFORE }, "ok"],
  ["no change since then", { ifUnmodifiedSince: NOON }, "ok"],
  ["no change since before", { ifUnmodifiedSince: BEFORE }, "failed:If-Unmodified-Since"],
  ["an ETag that holds and a date that does not", { ifMatch: "abc", ifUnmodifiedSince: BEFORE }, "ok"],
  ["an ETag that differs and a date that has not passed", { ifNoneMatch: "x", ifModifiedSince: NOON }, "ok"],
  ["a date that is none", { ifUnmodifiedSince: "yesterday", ifModifiedSince: "yesterday" }, "ok"],
])("a reader that asks for %s", (_, condition, verdict) => {
  expect(judgeRead({ ...none, ...condition }, object)).toBe(verdict);
});
