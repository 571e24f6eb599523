import { describe, expect, it } from "vitest";
import type { AwsError } from "../aws/service.ts";
import type { Graph } from "../synth/graph.ts";
import { createAuthorizer } from "./permissions.ts";

const ROLE = "arn:aws:iam::123456789012:role/reader";
const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::films/*" };
const policy = JSON.stringify({ Version: "2012-10-17", Statement: statement });

const role = (inputs: object) => ({
  type: "aws:iam/role:Role",
  name: "Reader",
  id: "reader",
  inputs,
  outputs: { arn: ROLE, name: "reader" },
});

function ask(resources: object[], request: { action: string; resource: string; caller?: string }) {
  const warnings: string[] = [];
  const graph = { resources } as unknown as Graph;
  const authorize = createAuthorizer(graph, ({ message }) => warnings.push(message));
  const caller = { accessKeyId: "AKIA", arn: request.caller ?? ROLE };
  let refusal: AwsError | undefined;
  try {
    void authorize({ ...request, caller });
  } catch (error) {
    refusal = error as AwsError;
  }
  return { refusal, warnings };
}

const get = { action: "s3:GetObject", resource: "arn:aws:s3:::films/a" };
const put = { action: "s3:PutObject", resource: "arn:aws:s3:::films/a" };

describe("a role", () => {
  it("may do what its policies allow, inline, beside it or attached", () => {
    const beside = { type: "aws:iam/rolePolicy:RolePolicy", inputs: { role: "reader", policy } };
    const own = { type: "aws:iam/policy:Policy", inputs: { policy }, outputs: { arn: "arn:own" } };
    const attached = {
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      inputs: { role: "reader", policyArn: "arn:own" },
    };
    for (const resources of [
      [role({ inlinePolicies: [{ name: "inline", policy }] })],
      [role({}), beside],
      [role({ managedPolicyArns: ["arn:own"] }), own],
      [role({}), own, attached],
    ]) {
      expect(ask(resources, get).refusal).toBeUndefined();
      expect(ask(resources, put).refusal).toMatchObject({ code: "AccessDenied", statusCode: 403 });
    }
    expect(ask([role({}), { ...beside, inputs: { role: "another", policy } }], get).refusal).toBeDefined();
  });

  it("is refused in the words of each service, with what it lacks", () => {
    const about = (action: string) => ask([role({})], { action, resource: "*" }).refusal;
    expect(about("sns:Publish")).toMatchObject({ code: "AuthorizationError", statusCode: 403 });
    expect(about("states:StartExecution")).toMatchObject({ code: "AccessDeniedException", statusCode: 400 });
    expect(about("secretsmanager:GetSecretValue")?.message).toBe(
      "User: arn:aws:sts::123456789012:assumed-role/reader/local is not authorized to perform: " +
        "secretsmanager:GetSecretValue on resource: * because no identity-based policy allows the " +
        "secretsmanager:GetSecretValue action",
    );
  });

  it("is not opened by AWS's policies for logs and networks", () => {
    const arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    expect(ask([role({ managedPolicyArns: [arn] })], get).refusal).toBeDefined();
  });

  it("may do everything where only AWS knows what its policy allows, and that is said", () => {
    const { refusal, warnings } = ask(
      [role({ managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonS3FullAccess"] })],
      get,
    );
    expect(refusal).toBeUndefined();
    expect(warnings).toEqual([expect.stringMatching(/"Reader" may do everything: .*AmazonS3FullAccess/)]);
  });
});

it("whoever has no role in the graph, such as the person at the machine, may do everything", () => {
  expect(ask([role({})], { ...put, caller: "arn:aws:iam::123456789012:root" }).refusal).toBeUndefined();
});
