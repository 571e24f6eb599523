import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { all, each } from "../checks.ts";
import { at, atLeast, contains, is, isNot, listOf, oneOf, set, stringsOf, that } from "../conditions.ts";
import { defaultGroupIds } from "../read/network.ts";
import type { Rule, Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { instance, parameterGroup } = TYPE;

/** P01-P14: PostgreSQL on RDS. */
export const DATABASE: readonly Rule[] = [
  {
    id: "P01",
    title: "The database is encrypted at rest",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_16", "RDS2", "RDS.3", "AWS-0080"],
    resources: [instance],
    check: each(instance, { storageEncrypted: is(true) }),
  },
  {
    id: "P02",
    title: "The database has no public address",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_17", "RDS.2", "AWS-0180"],
    resources: [instance],
    check: each(instance, { publiclyAccessible: isNot(true) }),
  },
  {
    id: "P03",
    title: "The database survives the loss of a zone",
    gate: "B",
    stages: "permanent",
    sources: ["CKV_AWS_157", "RDS3", "RDS.5"],
    resources: [instance],
    check: each(instance, { multiAz: is(true) }),
  },
  {
    id: "P04",
    title: "The database cannot be deleted by accident, and leaves a snapshot",
    gate: "B",
    stages: "permanent",
    sources: ["CKV_AWS_293", "RDS10", "RDS.8", "AWS-0177"],
    resources: [instance],
    check: each(instance, { deletionProtection: is(true), skipFinalSnapshot: isNot(true) }),
  },
  {
    id: "P05",
    title: "The database's backups are kept for 7 days or more",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_133", "RDS13", "RDS.11", "AWS-0077"],
    resources: [instance],
    check: each(instance, { backupRetentionPeriod: atLeast(7) }),
  },
  {
    id: "P06",
    title: "The database's logs go to CloudWatch",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_129", "RDS.9", "RDS.36"],
    resources: [instance],
    check: each(instance, { enabledCloudwatchLogsExports: contains("postgresql", "upgrade") }),
  },
  {
    id: "P07",
    title: "The database has enhanced monitoring",
    gate: "W",
    stages: "permanent",
    sources: ["CKV_AWS_118", "RDS.6"],
    resources: [instance],
    check: each(instance, { monitoringInterval: oneOf(1, 5, 10, 15, 30, 60), monitoringRoleArn: set }),
  },
  {
    id: "P08",
    title: "The database has Performance Insights, encrypted with a key of our own",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_353", "CKV_AWS_354", "AWS-0133", "AWS-0078"],
    resources: [instance],
    check: each(instance, { performanceInsightsEnabled: is(true), performanceInsightsKmsKeyId: set }),
  },
  {
    id: "P09",
    title: "The database takes IAM tokens for passwords",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_161", "RDS.10", "AWS-0176"],
    resources: [instance],
    check: each(instance, { iamDatabaseAuthenticationEnabled: is(true) }),
  },
  {
    id: "P10",
    title: "The database takes minor upgrades, and its snapshots its tags",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_226", "RDS.13", "CKV2_AWS_60", "RDS.17"],
    resources: [instance],
    check: each(instance, { autoMinorVersionUpgrade: isNot(false), copyTagsToSnapshot: is(true) }),
  },
  {
    id: "P11",
    title: "The database has security groups, and the VPC's default is none of them",
    gate: "B",
    stages: "all",
    sources: ["RDS.18", "own"],
    resources: [instance],
    check: ({ graph }) => {
      const unwanted = defaultGroupIds(graph);
      const groups = that("groups, and none a VPC's default", (value) => {
        const ids = stringsOf(value);
        return ids.length > 0 && !ids.some((id) => unwanted.includes(id));
      });
      return each(instance, { vpcSecurityGroupIds: groups })({ graph, permanent: false });
    },
  },
  {
    id: "P12",
    title: "The database answers on a port and to a name that nobody guesses",
    gate: "X",
    stages: "all",
    sources: ["RDS11", "RDS.23", "RDS.25"],
    resources: [instance],
    check: each(instance, {
      port: that("a port other than 5432", (port) => port !== undefined && port !== 5432),
      username: isNot("postgres"),
    }),
  },
  {
    id: "P13",
    title: "The database refuses connections without TLS",
    gate: "B",
    stages: "all",
    sources: ["CKV2_AWS_69", "RDS.38", "pw rds_instance_transport_encrypted"],
    resources: [parameterGroup],
    check: (stack) => eachParameter(stack, "rds.force_ssl", '"1"', (value) => value === "1" || value === 1),
  },
  {
    id: "P14",
    title: "The database logs slow statements, and not every statement with people's data",
    gate: "W",
    stages: "all",
    sources: ["CKV2_AWS_30"],
    resources: [parameterGroup],
    check: all(
      (stack) =>
        eachParameter(stack, "log_min_duration_statement", "milliseconds", (value) => set.holds(value)),
      (stack) => eachParameter(stack, "log_statement", 'anything but "all"', (value) => value !== "all"),
    ),
  },
];

function eachParameter(
  { graph }: Stack,
  parameter: string,
  expected: string,
  holds: (value: unknown) => boolean,
): Violation[] {
  return ofType(graph, parameterGroup)
    .map((group) => ({ group, found: parameterOf(group, parameter) }))
    .filter(({ found }) => !holds(found))
    .map(({ group, found }) => ({ resource: group, property: `parameters.${parameter}`, found, expected }));
}

function parameterOf(group: Resource, parameter: string): unknown {
  const found = listOf(group.inputs.parameters).find((entry) => at(entry, "name") === parameter);
  return at(found, "value");
}
