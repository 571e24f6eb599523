import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { absence, all, beside, by, each, weighing } from "../checks.ts";
import { is, set, stringsOf, that } from "../conditions.ts";
import {
  allows,
  conditionKeys,
  covers,
  deniesPlainText,
  isAnyone,
  type Placed,
  statementsAt,
} from "../read/iam.ts";
import { describeFlow, type Flow, flows, isOnePortBetweenGroups } from "../read/network.ts";
import { isPublicSubnet } from "../read/subnets.ts";
import { mountingFunctions } from "../read/functions.ts";
import { taskGroups } from "../read/states.ts";
import type { Rule, Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { accessPoint, backupPolicy, fileSystem, fileSystemPolicy, mountTarget } = TYPE;

const notRoot = that("an id other than 0", (id) => set.holds(id) && Number(id) !== 0);

/** P20-P25: EFS. */
export const FILES: readonly Rule[] = [
  {
    id: "P20",
    title: "The file system is encrypted at rest, with a key of our own",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_42", "CKV_AWS_184", "EFS1", "EFS.1", "AWS-0037"],
    resources: [fileSystem],
    check: all(each(fileSystem, { encrypted: is(true) }), weighing("W", each(fileSystem, { kmsKeyId: set }))),
  },
  {
    id: "P21",
    title: "The file system is backed up",
    gate: "X",
    stages: "permanent",
    sources: ["CKV2_AWS_18", "EFS.2", "EFS.7"],
    resources: [fileSystem],
    check: beside(fileSystem, backupPolicy, by("fileSystemId"), { "backupPolicy.status": is("ENABLED") }),
  },
  {
    id: "P22",
    title: "Access points have a folder of their own",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_329", "EFS.3"],
    resources: [accessPoint],
    check: each(accessPoint, {
      "rootDirectory.path": that('a folder other than "/"', (path) => set.holds(path) && path !== "/"),
    }),
  },
  {
    id: "P23",
    title: "Access points act as a user other than root",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_330", "EFS.4", "own"],
    resources: [accessPoint],
    check: each(accessPoint, { "posixUser.uid": notRoot, "posixUser.gid": notRoot }),
  },
  {
    id: "P24",
    title: "Mount targets lie in private subnets and admit on port 2049 alone who mounts files",
    gate: "B",
    stages: "all",
    sources: ["EFS.6", "pw efs_mount_target_not_publicly_accessible"],
    resources: [mountTarget],
    check: (stack) => ofType(stack.graph, mountTarget).flatMap((target) => exposed(stack, target)),
  },
  {
    id: "P25",
    title: "The file system refuses clients without TLS or a name",
    gate: "B",
    stages: "all",
    sources: ["pw efs_not_publicly_accessible"],
    resources: [fileSystem],
    check: ({ graph }) =>
      ofType(graph, fileSystem).flatMap((files) => {
        const policies = ofType(graph, fileSystemPolicy).filter((policy) =>
          by("fileSystemId")(policy, files),
        );
        return policies.length === 0 ? [absence(files, fileSystemPolicy)] : policies.flatMap(weaknesses);
      }),
  },
];

function exposed({ graph }: Stack, target: Resource): Violation[] {
  const { subnetId, securityGroups } = target.inputs;
  const groups = stringsOf(securityGroups);
  const mounting = [...taskGroups(graph), ...mountingFunctions(graph)];
  const admitted = flows(graph).filter(
    ({ direction, groupId }) => direction === "ingress" && groups.includes(groupId),
  );
  const isForMounts = (flow: Flow) =>
    isOnePortBetweenGroups(flow, 2049) && flow.groups.every((group) => mounting.includes(group));
  return [
    ...(isPublicSubnet(graph, subnetId)
      ? [place(target, "subnetId", subnetId, "a subnet without a route to the internet gateway")]
      : []),
    ...(admitted.some(isForMounts)
      ? []
      : [place(target, "securityGroups", groups, "a group that admits on tcp 2049 who mounts")]),
    ...admitted
      .filter((flow) => !isForMounts(flow))
      .map((flow) =>
        place(
          target,
          "securityGroups",
          describeFlow(flow),
          "tcp 2049 from the groups of tasks and of functions that mount",
        ),
      ),
  ];
}

function weaknesses(policy: Resource): Violation[] {
  const statements = statementsAt(policy, "policy");
  const anonymous = statements.filter(isAnonymousMount);
  return [
    ...(statements.some((placed) => deniesPlainText(placed, "elasticfilesystem:ClientMount"))
      ? []
      : [
          place(
            policy,
            "policy",
            "no such statement",
            "a Deny to everybody where aws:SecureTransport is false",
          ),
        ]),
    ...anonymous.map(({ property }) => place(policy, property, "Allow to *", "named principals")),
  ];
}

/** `*` also stands for clients that did not sign their mount. A condition on who they are leaves those out. */
function isAnonymousMount({ statement }: Placed): boolean {
  return (
    allows(statement) &&
    statement.principals.some(isAnyone) &&
    statement.actions.some((pattern) => covers(pattern, "elasticfilesystem:ClientMount")) &&
    !conditionKeys(statement).some((key) => key.startsWith("aws:principal") || key === "aws:sourceaccount")
  );
}

const place = (resource: Resource, property: string, found: unknown, expected: string): Violation => ({
  resource,
  property,
  found,
  expected,
});
