import { expect, test } from "vitest";
import { wants } from "./notify.ts";

const rule = { targetArn: "arn:aws:lambda:eu-north-1:1:function:f", events: ["s3:ObjectCreated:*"] };

test.each([
  ["s3:ObjectCreated:*", "ObjectCreated:Put", true],
  ["s3:ObjectCreated:*", "ObjectCreated:CompleteMultipartUpload", true],
  ["s3:ObjectCreated:*", "ObjectRemoved:Delete", false],
  ["s3:ObjectCreated:Put", "ObjectCreated:Put", true],
  ["s3:ObjectCreated:Put", "ObjectCreated:Post", false],
  ["s3:ObjectRemoved:*", "ObjectRemoved:DeleteMarkerCreated", true],
])("a rule for %s wants %s: %s", (event, name, expected) => {
  expect(wants({ ...rule, events: [event] }, name, "a")).toBe(expected);
});

test.each([
  ["in/a.mp4", true],
  ["in/.mp4", true],
  ["out/a.mp4", false],
  ["in/a.txt", false],
])("a rule with prefix and suffix wants %s: %s", (key, expected) => {
  expect(wants({ ...rule, prefix: "in/", suffix: ".mp4" }, "ObjectCreated:Put", key)).toBe(expected);
});
