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
  type Placed,
  statementsAt,
} from "../read/iam.ts";
import { keyOf, publishers } from "../read/topics.ts";
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
  return publishers(graph, resource)
    .filter((service) => !admits(statements, service))
    .map((service) => wrong(resource, "kmsMasterKeyId", wanted, `a key whose policy lets ${service} use it`));
}

/** A service that publishes needs the key itself; a role brings its own permission. */
function admits(statements: readonly Placed[], service: string): boolean {
  const own = statements.filter(({ statement }) =>
    statement.principals.some(({ kind, value }) => kind === "Service" && value === service),
  );
  return allowsAction(own, "kms:GenerateDataKey") && allowsAction(own, "kms:Decrypt");
}

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
