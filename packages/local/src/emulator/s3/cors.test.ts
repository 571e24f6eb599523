import { expect, test } from "vitest";
import { corsHeaders, preflightHeaders } from "./cors.ts";
import type { CorsRule } from "./types.ts";

const rules: CorsRule[] = [
  {
    allowedOrigins: ["https://app.example"],
    allowedMethods: ["PUT"],
    allowedHeaders: ["x-amz-*", "Content-Type"],
  },
  {
    allowedOrigins: ["https://*.example", "http://*"],
    allowedMethods: ["GET", "HEAD"],
    exposeHeaders: ["ETag"],
    maxAgeSeconds: 60,
  },
];

test("the first rule that fits answers, with what it lets scripts see", () => {
  expect(corsHeaders(rules, { origin: "https://x.example", method: "GET", headers: [] })).toMatchObject({
    "access-control-allow-origin": "https://x.example",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET, HEAD",
    "access-control-expose-headers": "ETag",
    "access-control-max-age": 60,
    vary: expect.stringContaining("Origin") as string,
  });
});

test("a rule for everyone answers a star, and no credentials", () => {
  const headers = corsHeaders([{ allowedOrigins: ["*"], allowedMethods: ["GET"] }], {
    origin: "null",
    method: "GET",
    headers: [],
  });
  expect(headers).toMatchObject({
    "access-control-allow-origin": "*",
    "access-control-allow-credentials": undefined,
  });
});

test("a preflight is told exactly the headers that it asked for", () => {
  const request = { origin: "https://app.example", method: "PUT", headers: ["content-type", "x-amz-meta-a"] };
  expect(preflightHeaders(rules, request)["access-control-allow-headers"]).toBe("content-type, x-amz-meta-a");
});

test.each([
  ["an origin that no rule names", { origin: "https://evil.test", method: "GET", headers: [] }],
  [
    "an origin that only ends like a rule's",
    { origin: "https://app.example.evil.test", method: "PUT", headers: [] },
  ],
  ["a method of another rule", { origin: "https://x.example", method: "PUT", headers: [] }],
  [
    "a header that the rule does not list",
    { origin: "https://app.example", method: "PUT", headers: ["authorization"] },
  ],
  ["a header where the rule lists none", { origin: "https://x.example", method: "GET", headers: ["range"] }],
])("a preflight for %s is forbidden", (_, request) => {
  expect(corsHeaders(rules, request)).toBeUndefined();
  expect(() => preflightHeaders(rules, request)).toThrow(
    expect.objectContaining({ code: "AccessForbidden", statusCode: 403 }),
  );
});
