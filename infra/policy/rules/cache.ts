import { all, each, whenPermanent } from "../checks.ts";
import { atLeast, is, set, that } from "../conditions.ts";
import type { Rule, Violation } from "../rule.ts";
import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { TYPE } from "../types.ts";

const { replicationGroup } = TYPE;

/** P15-P19: Redis on ElastiCache. */
export const CACHE: readonly Rule[] = [
  {
    id: "P15",
    title: "The cache is encrypted at rest and refuses connections without TLS",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_29", "CKV_AWS_30", "AEC3", "ElastiCache.4", "ElastiCache.5", "AWS-0045", "AWS-0051"],
    resources: [replicationGroup],
    check: each(replicationGroup, {
      atRestEncryptionEnabled: is(true),
      transitEncryptionEnabled: is(true),
      transitEncryptionMode: is("required"),
    }),
  },
  {
    id: "P16",
    title: "The cache asks who is there",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_31", "AEC6", "ElastiCache.6"],
    resources: [replicationGroup],
    check: ({ graph }) =>
      ofType(graph, replicationGroup)
        .filter(({ inputs }) => !set.holds(inputs.authToken) && !set.holds(inputs.userGroupIds))
        .map((resource) => violation(resource, "authToken", "a token, or userGroupIds")),
  },
  {
    id: "P17",
    title: "The cache survives the loss of a zone",
    gate: "B",
    stages: "permanent",
    sources: ["CKV2_AWS_50", "AEC4", "ElastiCache.3"],
    resources: [replicationGroup],
    check: all(
      each(replicationGroup, { multiAzEnabled: is(true), automaticFailoverEnabled: is(true) }),
      ({ graph }) =>
        ofType(graph, replicationGroup)
          .filter(
            ({ inputs }) =>
              !atLeast(2).holds(inputs.numCacheClusters) && !atLeast(1).holds(inputs.replicasPerNodeGroup),
          )
          .map((resource) => violation(resource, "numCacheClusters", "2 or more, or a replica per shard")),
    ),
  },
  {
    id: "P18",
    title: "The cache keeps snapshots, has subnets of its own and takes minor upgrades",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_134", "ElastiCache.1", "ElastiCache.7", "ElastiCache.2", "AWS-0050"],
    resources: [replicationGroup],
    check: all(
      each(replicationGroup, { subnetGroupName: set, autoMinorVersionUpgrade: is(true) }),
      whenPermanent(each(replicationGroup, { snapshotRetentionLimit: atLeast(1) })),
    ),
  },
  {
    id: "P19",
    title: "The cache has a key of our own, and a port that nobody guesses",
    gate: "X",
    stages: "all",
    sources: ["CKV_AWS_191", "AEC5"],
    resources: [replicationGroup],
    check: each(replicationGroup, {
      kmsKeyId: set,
      port: that("a port other than 6379", (port) => port !== undefined && port !== 6379),
    }),
  },
];

function violation(resource: Resource, property: string, expected: string): Violation {
  return { resource, property, found: resource.inputs[property], expected };
}
