import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { all, each, weighing } from "../checks.ts";
import { at, is, isRecord, oneOf, set, stringsOf } from "../conditions.ts";
import { asynchronous } from "../read/functions.ts";
import { exposures } from "../read/secrets.ts";
import type { Rule, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { eventInvokeConfig, function: lambda, permission, subnet } = TYPE;

/**
 * Runtimes that AWS supports for another year and more, of the languages that this project could use.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, read 2026-11; nodejs20.x ended in April 2026,
 * nodejs22.x ends in April 2027.
 */
const RUNTIMES = ["nodejs22.x", "nodejs24.x", "python3.13", "python3.14", "provided.al2023"];

/** P59-P63: Lambda. */
export const FUNCTIONS: readonly Rule[] = [
  {
    id: "P59",
    title: "Functions are traced",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_50", "AWS-0066", "Lambda.7"],
    resources: [lambda],
    check: each(lambda, { "tracingConfig.mode": is("Active") }),
  },
  {
    id: "P60",
    title: "Events that a function cannot handle are kept",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_116", "Serverless-LambdaDLQ"],
    resources: [lambda],
    check: ({ graph }) =>
      asynchronous(graph)
        .filter((resource) => !keepsFailures(graph, resource))
        .map((resource) => ({
          resource,
          property: "deadLetterConfig",
          found: undefined,
          expected: "a dead letter queue, or a destination for failures",
        })),
  },
  {
    id: "P61",
    title: "Functions have no secret in their environment, and a key of our own for it",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_45", "CKV_AWS_173", "pw awslambda_function_no_secrets_in_variables"],
    resources: [lambda],
    check: all(
      ({ graph }) => ofType(graph, lambda).flatMap((resource) => exposedSecrets(graph, resource)),
      weighing("W", each(lambda, { kmsKeyArn: set })),
    ),
  },
  {
    id: "P62",
    title: "Functions run on a supported runtime, in two zones, and no more of them than is good",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_115", "CKV_AWS_363", "L1", "Lambda.2", "Lambda.5"],
    resources: [lambda],
    check: all(
      ({ graph }) =>
        ofType(graph, lambda)
          .filter(({ inputs }) => inputs.packageType !== "Image" && !oneOf(...RUNTIMES).holds(inputs.runtime))
          .map((resource) => ({
            resource,
            property: "runtime",
            found: resource.inputs.runtime,
            expected: oneOf(...RUNTIMES).expected,
          })),
      weighing("W", each(lambda, { reservedConcurrentExecutions: set })),
      weighing("W", ({ graph }) => ofType(graph, lambda).flatMap((resource) => inOneZone(graph, resource))),
    ),
  },
  {
    id: "P63",
    title: "Services may invoke functions only for resources of this account",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_364", "CKV_AWS_301", "AWS-0067", "Lambda.1"],
    resources: [permission],
    check: ({ graph }) => ofType(graph, permission).flatMap(strangers),
  },
];

function keepsFailures(graph: Graph, { inputs, outputs }: Resource): boolean {
  if (set.holds(at(inputs, "deadLetterConfig.targetArn"))) return true;
  return ofType(graph, eventInvokeConfig).some(
    (config) =>
      [outputs.name, outputs.arn].includes(config.inputs.functionName) &&
      set.holds(at(config.inputs, "destinationConfig.onFailure.destination")),
  );
}

function exposedSecrets(graph: Graph, resource: Resource): Violation[] {
  const variables = at(resource.inputs, "environment.variables");
  return exposures(graph, isRecord(variables) ? Object.entries(variables) : []).map(({ name, because }) => ({
    resource,
    property: `environment.variables.${name}`,
    found: because,
    expected: "no secret: read from Secrets Manager by its ARN",
  }));
}

function inOneZone(graph: Graph, resource: Resource): Violation[] {
  const ids = stringsOf(at(resource.inputs, "vpcConfig.subnetIds"));
  const zones = ofType(graph, subnet)
    .filter(({ id }) => id !== undefined && ids.includes(id))
    .map(({ inputs }) => String(inputs.availabilityZone));
  const distinct = [...new Set(zones)];
  if (ids.length === 0 || distinct.length > 1) return [];
  return [
    {
      resource,
      property: "vpcConfig.subnetIds",
      found: distinct.join(),
      expected: "subnets in two zones or more",
    },
  ];
}

function strangers(resource: Resource): Violation[] {
  const { principal, sourceArn, sourceAccount } = resource.inputs;
  const lacks = (property: string, expected: string): Violation => ({
    resource,
    property,
    found: resource.inputs[property],
    expected,
  });
  if (principal === "*") return [lacks("principal", "one service or account")];
  if (!String(principal).endsWith(".amazonaws.com")) return [];
  // A bucket's name is all that its ARN says: whoever takes the name of a deleted bucket would be let in.
  const needsAccount = principal === "s3.amazonaws.com";
  return [
    ...(set.holds(sourceArn) ? [] : [lacks("sourceArn", `the ARN that ${String(principal)} calls for`)]),
    ...(needsAccount && !set.holds(sourceAccount) ? [lacks("sourceAccount", "this account")] : []),
  ];
}
