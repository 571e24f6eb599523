import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { absence, each } from "../checks.ts";
import { isNot, set } from "../conditions.ts";
import {
  allows,
  allowsAction,
  conditionKeys,
  deniesPlainText,
  isAnyone,
  isConfusedDeputy,
  permissionsOf,
  type Placed,
  statementsAt,
} from "../read/iam.ts";
import { keyOf, publishers, publishingRoles } from "../read/topics.ts";
import type { Rule, Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { topic, topicPolicy, topicSubscription } = TYPE;

/** P52-P54: SNS. */
export const TOPICS: readonly Rule[] = [
  {
    id: "P52",
    title: "Topics are encrypted with a key of our own, which those who publish may use",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_26", "SNS.1", "AWS-0095", "AWS-0136"],
    resources: [topic],
    check: (stack) => ofType(stack.graph, topic).flatMap((resource) => badKey(stack, resource)),
  },
  {
    id: "P53",
    title: "Each topic has one policy: TLS only, nobody by default, services only for this account",
    gate: "B",
    stages: "all",
    sources: ["SNS3", "CKV_AWS_169", "CKV_AWS_385", "SNS.4"],
    resources: [topic],
    check: ({ graph }) =>
      ofType(graph, topic).flatMap((resource) => {
        const policies = ofType(graph, topicPolicy).filter(
          ({ inputs }) => inputs.arn === resource.outputs.arn,
        );
        if (policies.length === 0) return [absence(resource, topicPolicy)];
        return [...tooMany(resource, policies), ...policies.flatMap(loopholes)];
      }),
  },
  {
    id: "P54",
    title: "Messages go out over TLS, and to a dead letter queue when nobody takes them",
    gate: "B",
    stages: "all",
    sources: ["pw sns_subscription_not_using_http_endpoints", "Serverless-SNSRedrivePolicy"],
    resources: [topicSubscription],
    check: each(topicSubscription, { protocol: isNot("http"), redrivePolicy: set }),
  },
];

function badKey({ graph }: Stack, resource: Resource): Violation[] {
  const wanted = resource.inputs.kmsMasterKeyId;
  const key = keyOf(graph, wanted);
  if (!key) return [wrong(resource, "kmsMasterKeyId", wanted, "a key of this stack")];
  const statements = statementsAt(key, "policy");
  const services = publishers(graph, resource).filter(
    (service) => !mayUse(statements.filter(grants(service))),
  );
  const roles = publishingRoles(graph, resource).filter(
    (role) =>
      !mayUse(permissionsOf(graph, role), String(key.outputs.arn)) &&
      !mayUse(statements.filter(grants(String(role.outputs.arn)))),
  );
  return [...services, ...roles.map(({ name }) => name)].map((name) =>
    wrong(resource, "kmsMasterKeyId", wanted, `a key that ${name} may use, to publish`),
  );
}

const grants =
  (principal: string) =>
  ({ statement }: Placed) =>
    statement.principals.some(({ value }) => value === principal);

/** SNS encrypts in the name of whoever publishes. */
const mayUse = (statements: readonly Placed[], keyArn?: string) =>
  ["kms:GenerateDataKey", "kms:Decrypt"].every((action) => allowsAction(statements, action, keyArn));

function tooMany(resource: Resource, policies: readonly Resource[]): Violation[] {
  if (policies.length === 1) return [];
  const names = policies.map(({ name }) => name).join(", ");
  return [wrong(resource, "TopicPolicy", names, "one: a second overwrites the first")];
}

function loopholes(policy: Resource): Violation[] {
  const statements = statementsAt(policy, "policy");
  const open = statements.filter(
    ({ statement }) =>
      allows(statement) && statement.principals.some(isAnyone) && conditionKeys(statement).length === 0,
  );
  return [
    ...(statements.some((placed) => deniesPlainText(placed, "sns:Publish"))
      ? []
      : [
          wrong(
            policy,
            "policy",
            "no such statement",
            "a Deny of sns:Publish where aws:SecureTransport is false",
          ),
        ]),
    ...open.map(({ property }) => wrong(policy, property, "Allow to *", "named principals")),
    ...statements
      .filter(isConfusedDeputy)
      .map(({ property }) =>
        wrong(policy, property, "a service without a condition", "aws:SourceArn or aws:SourceAccount"),
      ),
  ];
}

const wrong = (resource: Resource, property: string, found: unknown, expected: string): Violation => ({
  resource,
  property,
  found,
  expected,
});
