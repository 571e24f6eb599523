import { expect, test } from "vitest";
import { checkPolicy, wants } from "./filter.ts";
import type { Message, MessageAttribute } from "./types.ts";

const message = (attributes: Record<string, MessageAttribute>, body = "text"): Message => ({
  messageId: "m",
  topicArn: "arn:t",
  texts: { default: body },
  subject: undefined,
  attributes,
  timestamp: "2026-11-24T12:00:00.000Z",
  sequenceNumber: undefined,
  messageGroupId: undefined,
});
const byAttributes = (policy: object, attributes: Record<string, MessageAttribute>) =>
  wants({ protocol: "lambda", attributes: { FilterPolicy: JSON.stringify(policy) } }, message(attributes));
const byBody = (policy: object, body: unknown) => {
  const attributes = { FilterPolicy: JSON.stringify(policy), FilterPolicyScope: "MessageBody" };
  return wants(
    { protocol: "lambda", attributes },
    message({}, typeof body === "string" ? body : JSON.stringify(body)),
  );
};

const shop = {
  store: { type: "String", value: "example_corp" },
  event: { type: "String", value: "order_cancelled" },
  price: { type: "Number", value: "210.75" },
  interests: { type: "String.Array", value: '["soccer","rugby",3,true,null]' },
  source: { type: "String", value: "10.0.0.17" },
};

// The operators of AWS's page on filter policies, each met and missed.
test.each<[string, object, boolean]>([
  ["no rule", {}, true],
  ["one of several texts", { store: ["other", "example_corp"] }, true],
  ["another text", { store: ["other"] }, false],
  ["two keys that both fit", { store: ["example_corp"], event: ["order_cancelled"] }, true],
  ["two keys of which one fits", { store: ["example_corp"], event: ["order_placed"] }, false],
  ["a key that is not there", { color: ["red"] }, false],
  ["a number", { price: [210.75] }, true],
  ["a number as text", { price: ["210.75"] }, false],
  ["a text of an array", { interests: ["rugby"] }, true],
  ["a number, boolean or null of an array", { interests: [true] }, true],
  ["a text that the array lacks", { interests: ["chess"] }, false],
  ["a beginning", { event: [{ prefix: "order_" }] }, true],
  ["another beginning", { event: [{ prefix: "order-" }] }, false],
  ["an end", { event: [{ suffix: "cancelled" }] }, true],
  ["another end", { event: [{ suffix: "order" }] }, false],
  ["a text in other letters", { store: [{ "equals-ignore-case": "Example_Corp" }] }, true],
  ["a pattern", { event: [{ wildcard: "o*_can*d" }] }, true],
  ["anything but another text", { event: [{ "anything-but": ["order_placed", "x"] }] }, true],
  ["anything but this text", { event: [{ "anything-but": "order_cancelled" }] }, false],
  ["anything but another beginning", { event: [{ "anything-but": { prefix: "invoice" } }] }, true],
  ["anything but these beginnings", { event: [{ "anything-but": { prefix: ["x", "order"] } }] }, false],
  ["anything but, where nothing is", { color: [{ "anything-but": ["red"] }] }, false],
  ["a number in a range", { price: [{ numeric: [">", 200, "<=", 210.75] }] }, true],
  ["a number outside a range", { price: [{ numeric: [">", 200, "<", 210.75] }] }, false],
  ["an equal number", { price: [{ numeric: ["=", 210.75] }] }, true],
  ["a number where there is text", { store: [{ numeric: [">", 0] }] }, false],
  ["that a key is there", { store: [{ exists: true }] }, true],
  ["that a key is not there", { color: [{ exists: false }] }, true],
  ["that a key that is there is not", { store: [{ exists: false }] }, false],
  ["an address in a block", { source: [{ cidr: "10.0.0.0/24" }] }, true],
  ["an address outside a block", { source: [{ cidr: "10.0.1.0/24" }] }, false],
  ["one of two conditions", { event: [{ prefix: "x" }, { suffix: "cancelled" }] }, true],
  [
    "one of two branches",
    { store: ["example_corp"], $or: [{ event: ["x"] }, { price: [{ numeric: [">", 1] }] }] },
    true,
  ],
  ["none of two branches", { $or: [{ event: ["x"] }, { price: [1] }] }, false],
])("a policy that asks for %s decides rightly", (_, policy, expected) => {
  expect(byAttributes(policy, shop)).toBe(expected);
});

test("a message without attributes passes only a policy that asks for nothing", () => {
  expect(byAttributes({}, {})).toBe(true);
  expect(byAttributes({ constructor: [{ exists: true }] }, {})).toBe(false);
  expect(byAttributes({ store: [{ exists: false }] }, {})).toBe(true);
});

const record = {
  detail: { name: "a.mp4", size: 5, tags: ["x", "y"] },
  items: [{ id: 1 }, { id: 2 }],
  on: true,
  off: null,
};

test.each<[string, object, boolean]>([
  ["a nested text", { detail: { name: [{ suffix: ".mp4" }] } }, true],
  ["a nested number", { detail: { size: [{ numeric: ["<", 5] }] } }, false],
  ["an item of a nested list", { detail: { tags: ["y"] } }, true],
  ["a key within a list of objects", { items: { id: [2] } }, true],
  ["a key that no object of the list has so", { items: { id: [3] } }, false],
  ["true", { on: [true] }, true],
  ["null", { off: [null] }, true],
  ["what is not there", { missing: { deep: ["x"] } }, false],
])("a policy over the body that asks for %s decides rightly", (_, policy, expected) => {
  expect(byBody(policy, record)).toBe(expected);
});

test("a body that is no JSON object matches no policy over bodies", () => {
  for (const body of ["plain", "[1]", "null"]) expect(byBody({ a: [{ exists: false }] }, body)).toBe(false);
});

test.each([
  ["no JSON", "{", undefined],
  ["a value without its list", '{"a":"b"}', undefined],
  ["an unknown operator", '{"a":[{"like":"b"}]}', undefined],
  ["a nested key over attributes", '{"a":{"b":["c"]}}', "MessageAttributes"],
])("a policy with %s is refused when it is set", (_, text, scope) => {
  expect(() => {
    checkPolicy(text, scope);
  }).toThrow(expect.objectContaining({ code: "InvalidParameter" }));
});
