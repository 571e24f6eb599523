import { expect, test } from "vitest";
import { allowsAnonymous, allowsService, type BucketPolicy } from "./policy.ts";

const OBJECT = "arn:aws:s3:::photos/public/a.jpg";
const read = {
  Effect: "Allow",
  Principal: "*",
  Action: "s3:GetObject",
  Resource: "arn:aws:s3:::photos/public/*",
} as const;
const tlsOnly = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::photos", "arn:aws:s3:::photos/*"],
  Condition: { Bool: { "aws:SecureTransport": "false" } },
} as const;
const judge = (...Statement: Extract<BucketPolicy["Statement"], readonly unknown[]>) =>
  allowsAnonymous({ Statement }, "s3:GetObject", OBJECT);

test("nobody unsigned gets in without a policy that says so", () => {
  expect(allowsAnonymous(undefined, "s3:GetObject", OBJECT)).toBe(false);
  expect(judge()).toBe(false);
  expect(judge({ ...read, Principal: { Service: "cloudfront.amazonaws.com" } })).toBe(false);
  expect(judge({ ...read, Principal: { AWS: "arn:aws:iam::123456789012:root" } })).toBe(false);
});

test("a public statement opens its actions and objects, and no others", () => {
  expect(judge(read)).toBe(true);
  expect(judge({ ...read, Principal: { AWS: ["*"] } })).toBe(true);
  expect(allowsAnonymous({ Statement: read }, "s3:PutObject", OBJECT)).toBe(false);
  expect(allowsAnonymous({ Statement: read }, "s3:GetObject", "arn:aws:s3:::photos/private/a.jpg")).toBe(
    false,
  );
});

test("a refusal of plain HTTP does not close the local endpoint, which stands for one with TLS", () => {
  expect(judge(read, tlsOnly)).toBe(true);
});

test("a refusal that applies, or may apply, wins", () => {
  expect(judge(read, { ...read, Effect: "Deny" })).toBe(false);
  expect(
    judge(read, { ...read, Effect: "Deny", Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
  ).toBe(false);
});

test("a permission under a condition that cannot be judged here opens nothing", () => {
  expect(judge({ ...read, Condition: { StringEquals: { "aws:SourceVpce": "vpce-1" } } })).toBe(false);
});

test("a distribution may do what the policy allows CloudFront for it, and nothing else", () => {
  const arn = "arn:aws:cloudfront::123456789012:distribution/E1";
  const forOurs = {
    ...read,
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: { StringEquals: { "aws:SourceArn": arn } },
  } as const;
  const ask = (action: string, source = arn, Statement: BucketPolicy["Statement"] = [forOurs, tlsOnly]) =>
    allowsService({ Statement }, source, action, OBJECT);
  expect(ask("s3:GetObject")).toBe(true);
  expect(ask("s3:DeleteObject")).toBe(false);
  expect(ask("s3:PutObject")).toBe(false);
  expect(ask("s3:GetObject", `${arn}0`)).toBe(false);
  expect(ask("s3:GetObject", arn, [{ ...forOurs, Principal: { Service: "logging.s3.amazonaws.com" } }])).toBe(
    false,
  );
  expect(ask("s3:GetObject", arn, [forOurs, { ...read, Effect: "Deny" }])).toBe(false);
  expect(allowsService(undefined, arn, "s3:GetObject", OBJECT)).toBe(false);
});
