import { expect, test } from "vitest";
import { decide, type Statement } from "./policy.ts";

const read: Statement = { Effect: "Allow", Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::films/in/*"] };
const ask = (action: string, resource: string, ...statements: Statement[]) =>
  decide(statements, { action, resource });

test("what no statement allows is not allowed", () => {
  expect(ask("s3:GetObject", "arn:aws:s3:::films/in/a")).toBe("silent");
  expect(ask("s3:GetObject", "arn:aws:s3:::films/in/a", read)).toBe("allowed");
  expect(ask("s3:GetObject", "arn:aws:s3:::films/out/a", read)).toBe("silent");
  expect(ask("s3:PutObject", "arn:aws:s3:::films/in/a", read)).toBe("silent");
  // A pattern stands for the whole name, not for a part of it.
  expect(ask("s3:GetObjectVersion", "arn:aws:s3:::films/in/a", read)).toBe("silent");
});

test("actions are known in any case, resources are not", () => {
  expect(ask("S3:getobject", "arn:aws:s3:::films/in/a", read)).toBe("allowed");
  expect(ask("s3:GetObject", "arn:aws:s3:::films/IN/a", read)).toBe("silent");
});

test("a denial wins, wherever it stands", () => {
  const never: Statement = { Effect: "Deny", Action: "s3:*", Resource: "*" };
  expect(ask("s3:GetObject", "arn:aws:s3:::films/in/a", never, read)).toBe("denied");
  expect(ask("s3:GetObject", "arn:aws:s3:::films/in/a", read, never)).toBe("denied");
});

test("an operation about nothing in particular needs a statement about everything", () => {
  const list = (Resource: string): Statement => ({ Effect: "Allow", Action: "sns:ListTopics", Resource });
  expect(ask("sns:ListTopics", "*", list("*"))).toBe("allowed");
  expect(ask("sns:ListTopics", "*", list("arn:aws:sns:eu-west-1:123456789012:films"))).toBe("silent");
});

test("what a statement leaves out it does not speak of", () => {
  const others: Statement = { Effect: "Allow", NotAction: "s3:Delete*", NotResource: "arn:aws:s3:::kept/*" };
  expect(ask("s3:GetObject", "arn:aws:s3:::films/a", others)).toBe("allowed");
  expect(ask("s3:DeleteObject", "arn:aws:s3:::films/a", others)).toBe("silent");
  expect(ask("s3:GetObject", "arn:aws:s3:::kept/a", others)).toBe("silent");
});

test("a permission under a condition that cannot be judged opens nothing, and such a denial closes", () => {
  const Condition = { StringEquals: { "aws:SourceVpce": "vpce-1" } };
  expect(ask("s3:GetObject", "arn:aws:s3:::films/in/a", { ...read, Condition })).toBe("silent");
  expect(ask("s3:GetObject", "arn:aws:s3:::films/in/a", read, { ...read, Effect: "Deny", Condition })).toBe(
    "denied",
  );
});

test("what is known of a request is held against conditions, and what is not known opens nothing", () => {
  const ours = "arn:aws:cloudfront::123456789012:distribution/E1";
  const where = (operator: string, wanted: unknown): Statement => ({
    ...read,
    Condition: { [operator]: { "AWS:SourceArn": wanted } },
  });
  const decideFor = (statement: Statement, sourceArn?: string) =>
    decide([statement], {
      action: "s3:GetObject",
      resource: "arn:aws:s3:::films/in/a",
      ...(sourceArn !== undefined && { keys: { "aws:sourcearn": sourceArn } }),
    });
  expect(decideFor(where("StringEquals", ours), ours)).toBe("allowed");
  expect(decideFor(where("StringEquals", ["another", ours]), ours)).toBe("allowed");
  expect(decideFor(where("StringEquals", "arn:aws:cloudfront::123456789012:*"), ours)).toBe("silent");
  expect(decideFor(where("ArnLike", "arn:aws:cloudfront::123456789012:*"), ours)).toBe("allowed");
  expect(decideFor(where("StringEquals", `${ours}0`), ours)).toBe("silent");
  expect(decideFor(where("StringEquals", ours))).toBe("silent");
  expect(decideFor(where("NumericEquals", ours), ours)).toBe("silent");
});
