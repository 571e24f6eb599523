import { expect, test } from "vitest";
import { checkPolicy } from "./policy.ts";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const LATER = "2026-11-24T12:00:01Z";

function check(conditions: unknown[], fields: Record<string, string>, expiration = LATER) {
  const encoded = Buffer.from(JSON.stringify({ expiration, conditions })).toString("base64");
  return checkPolicy(encoded, { names: Object.keys(fields), field: (name) => fields[name] }, "photos", NOW);
}

test("a form that meets every condition passes, and gets the sizes that are allowed", () => {
  const conditions = [
    { bucket: "photos" },
    ["starts-with", "$key", "u/"],
    { "Content-Type": "image/png" },
    ["content-length-range", 1, 10],
  ];
  expect(check(conditions, { key: "u/a", "content-type": "image/png", policy: "…" })).toEqual({
    minBytes: 1,
    maxBytes: 10,
  });
  expect(check([["eq", "$key", "a"]], { key: "a" })).toBeUndefined();
});

test.each([
  ["has another value", [["eq", "$key", "a"]], { key: "b" }],
  ["begins otherwise", [["starts-with", "$key", "u/"]], { key: "v/a" }],
  ["lacks a field", [{ acl: "private" }], {}],
  ["is for another bucket", [{ bucket: "other" }], {}],
  ["has a field that nothing speaks of", [], { key: "a" }],
] as const)("a form that %s is refused", (_, conditions, fields) => {
  expect(() => check([...conditions], fields)).toThrow(expect.objectContaining({ code: "AccessDenied" }));
});

test("a policy is good until its moment, and not at it", () => {
  expect(() => check([], {}, "2026-11-24T12:00:00Z")).toThrow("Policy expired");
  expect(() => check([], {}, "soon")).toThrow("Policy expired");
});

test("a policy that cannot be read is refused", () => {
  for (const text of ["{", '{"conditions":[]}', '{"expiration":"x","conditions":[["matches","$key","a"]]}']) {
    const encoded = Buffer.from(text).toString("base64");
    expect(() => checkPolicy(encoded, { names: [], field: () => undefined }, "photos", NOW)).toThrow(
      expect.objectContaining({ code: "InvalidPolicyDocument" }),
    );
  }
});
