import { expect, test } from "vitest";
import { createMessage, textFor } from "./message.ts";
import type { PublishInput } from "./types.ts";

const topic = { arn: "arn:aws:sns:eu-north-1:123456789012:news" };
const fifo = { arn: "arn:aws:sns:eu-north-1:123456789012:news.fifo" };
const create = (input: Partial<PublishInput>, to = topic) =>
  createMessage({ topicArn: to.arn, message: "text", ...input }, to, 0);

test.each<[string, Partial<PublishInput>, string]>([
  ["nothing to say", { message: "" }, "Invalid parameter: Empty message"],
  ["256 KiB and a byte", { message: "x".repeat(262_145) }, "Invalid parameter: Message too long"],
  [
    "attributes that make it too long",
    { message: "x".repeat(262_140), messageAttributes: { a: { type: "String", value: "b" } } },
    "Invalid parameter: Message too long",
  ],
  [
    "letters of several bytes that make it too long",
    { message: "ü".repeat(131_073) },
    "Invalid parameter: Message too long",
  ],
  ["a subject of 101 letters", { subject: "x".repeat(101) }, "Invalid parameter: Subject"],
  ["a subject of two lines", { subject: "a\nb" }, "Invalid parameter: Subject"],
  ["another structure", { messageStructure: "xml" }, "Invalid parameter: MessageStructure"],
  [
    "a structure that is no JSON",
    { messageStructure: "json" },
    "Invalid parameter: Message Structure - JSON message body failed to parse",
  ],
  [
    "a structure without a default",
    { messageStructure: "json", message: '{"email":"x"}' },
    "Invalid parameter: Message Structure - No default entry in JSON message body",
  ],
])("a message with %s is refused in SNS's words", (_, input, message) => {
  expect(() => create(input)).toThrow(expect.objectContaining({ code: "InvalidParameter", message }));
});

test.each([
  ["an unknown type", { type: "Text", value: "x" }],
  ["no value", { type: "String", value: "" }],
  ["a number that is none", { type: "Number", value: "x" }],
])("an attribute with %s is refused", (_, attribute) => {
  expect(() => create({ messageAttributes: { a: attribute } })).toThrow(
    expect.objectContaining({ code: "ParameterValueInvalid" }),
  );
});

test("a message of exactly 256 KiB, a subject of 100 letters and a custom type are fine", () => {
  create({ message: "x".repeat(262_144), subject: "x".repeat(100) });
  create({ messageAttributes: { a: { type: "Number.float", value: "1.5" } } });
});

test("each protocol gets its own text, and the others the default", () => {
  const message = create({ messageStructure: "json", message: '{"default":"d","email":"e","http":5}' });
  expect([textFor(message, "email"), textFor(message, "lambda"), textFor(message, "http")]).toEqual([
    "e",
    "d",
    "d",
  ]);
});

test("a FIFO topic wants a group, and an id where it does not make one of the content", () => {
  expect(() => create({}, fifo)).toThrow("MessageGroupId");
  expect(() => create({ messageGroupId: "g" }, fifo)).toThrow("ContentBasedDeduplication");
  create({ messageGroupId: "g", messageDeduplicationId: "d" }, fifo);
  createMessage(
    { topicArn: fifo.arn, message: "x", messageGroupId: "g" },
    { ...fifo, contentBasedDeduplication: true },
    0,
  );
});
