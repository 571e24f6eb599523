import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { absence, all, beside, by, each, weighing } from "../checks.ts";
import { at, is, isNot, listOf, set, that } from "../conditions.ts";
import {
  allows,
  deniesPlainText,
  isAnyone,
  isConfusedDeputy,
  type Placed,
  statementsAt,
} from "../read/iam.ts";
import type { Check, Rule, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { bucket, bucketEncryption, bucketLifecycle, bucketLogging, bucketObjectLock, bucketPolicy } = TYPE;
const { bucketPublicAccessBlock, bucketReplication, bucketVersioning } = TYPE;
const ofBucket = by("bucket");

/** P45-P51: S3. */
export const BUCKETS: readonly Rule[] = [
  {
    id: "P45",
    title: "No bucket can be made public",
    gate: "B",
    stages: "all",
    sources: [
      ...["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"],
      ...["S2", "S3.8", "AWS-0086", "AWS-0087", "AWS-0091", "AWS-0093"],
    ],
    resources: [bucket],
    check: beside(bucket, bucketPublicAccessBlock, ofBucket, {
      blockPublicAcls: is(true),
      blockPublicPolicy: is(true),
      ignorePublicAcls: is(true),
      restrictPublicBuckets: is(true),
    }),
  },
  {
    id: "P46",
    title: "Buckets refuse requests without TLS",
    gate: "B",
    stages: "all",
    sources: ["S10", "S3.5", "CKV_AWS_379"],
    resources: [bucket],
    check: ({ graph }) =>
      ofType(graph, bucket).flatMap((owner) => {
        const policies = ofType(graph, bucketPolicy).filter((policy) => ofBucket(policy, owner));
        if (policies.length === 0) return [absence(owner, bucketPolicy)];
        return policies
          .filter((policy) => !statementsAt(policy, "policy").some((placed) => deniesAll(placed, owner)))
          .map((policy) => lacksDenial(policy));
      }),
  },
  {
    id: "P47",
    title: "Bucket policies let in nobody, and services only for this account's resources",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_70", "S3.2", "S3.3"],
    resources: [bucketPolicy],
    check: ({ graph }) =>
      ofType(graph, bucketPolicy)
        .flatMap((policy) => statementsAt(policy, "policy"))
        .flatMap(strangers),
  },
  {
    id: "P48",
    title: "What is overwritten or deleted can be brought back, for a time",
    gate: "B",
    stages: "permanent",
    sources: ["CKV_AWS_21", "S3.14", "S3.10", "AWS-0090"],
    resources: [bucket],
    check: all(
      beside(bucket, bucketVersioning, ofBucket, { "versioningConfiguration.status": is("Enabled") }),
      withLifecycle("noncurrentVersionExpiration", (rule) =>
        set.holds(at(rule, "noncurrentVersionExpiration.noncurrentDays")),
      ),
    ),
  },
  {
    id: "P49",
    title: "Uploads that nobody finishes are removed",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_300", "CKV2_AWS_61", "S3.13"],
    resources: [bucket],
    check: withLifecycle(
      "abortIncompleteMultipartUpload without a filter",
      (rule) =>
        set.holds(at(rule, "abortIncompleteMultipartUpload.daysAfterInitiation")) && !isFiltered(rule),
    ),
  },
  {
    id: "P50",
    title: "Buckets outlive the stack, with a key of our own and a record of who read what",
    gate: "B",
    stages: "permanent",
    sources: ["CKV_AWS_145", "S3.17", "AWS-0132", "CKV_AWS_18", "S1", "S3.9", "AWS-0089", "own"],
    resources: [bucket],
    check: all(
      each(bucket, { forceDestroy: isNot(true) }),
      weighing(
        "W",
        all(
          beside(bucket, bucketEncryption, ofBucket, {
            "rules.0.applyServerSideEncryptionByDefault.sseAlgorithm": that('"aws:kms"', (algorithm) =>
              String(algorithm).startsWith("aws:kms"),
            ),
          }),
          beside(bucket, bucketLogging, ofBucket, { targetBucket: set }),
        ),
      ),
    ),
  },
  {
    id: "P51",
    title: "Objects exist twice, cannot be changed, and are deleted with a second factor",
    gate: "X",
    stages: "permanent",
    sources: ["CKV_AWS_144", "CKV_AWS_143", "S3.15", "S3.20", "AWS-0170"],
    resources: [bucket],
    check: all(
      beside(bucket, bucketReplication, ofBucket),
      beside(bucket, bucketObjectLock, ofBucket),
      each(bucketVersioning, { "versioningConfiguration.mfaDelete": is("Enabled") }),
    ),
  },
];

/** Everything in the bucket and the bucket itself. */
function deniesAll(placed: Placed, owner: Resource): boolean {
  const arn = String(owner.outputs.arn);
  const { resources } = placed.statement;
  const covered = resources.includes("*") || (resources.includes(arn) && resources.includes(`${arn}/*`));
  return deniesPlainText(placed, "s3:*") && covered;
}

const lacksDenial = (resource: Resource): Violation => ({
  resource,
  property: "policy",
  found: "no such statement",
  expected: "a Deny of s3:* to everybody where aws:SecureTransport is false",
});

function strangers(placed: Placed): Violation[] {
  const { resource, property, statement } = placed;
  const at = (found: string, expected: string): Violation => ({ resource, property, found, expected });
  return [
    ...(allows(statement) && statement.principals.some(isAnyone)
      ? [at("Allow to *", "named principals")]
      : []),
    ...(isConfusedDeputy(placed)
      ? [at("a service without a condition", "aws:SourceArn or aws:SourceAccount")]
      : []),
  ];
}

function isFiltered(rule: unknown): boolean {
  const filter = at(rule, "filter");
  const prefix = at(filter, "prefix") ?? at(rule, "prefix");
  return (
    set.holds(prefix) ||
    ["tag", "and", "objectSizeGreaterThan", "objectSizeLessThan"].some((key) => at(filter, key) !== undefined)
  );
}

/** Every bucket has an enabled lifecycle rule of some kind. */
function withLifecycle(kind: string, isOfKind: (rule: unknown) => boolean): Check {
  return ({ graph }) =>
    ofType(graph, bucket)
      .filter((owner) => {
        const rules = ofType(graph, bucketLifecycle)
          .filter((lifecycle) => ofBucket(lifecycle, owner))
          .flatMap(({ inputs }) => listOf(inputs.rules));
        return !rules.some((rule) => at(rule, "status") === "Enabled" && isOfKind(rule));
      })
      .map((resource) => ({
        resource,
        property: "BucketLifecycleConfigurationV2",
        found: undefined,
        expected: `an enabled rule with ${kind}`,
      }));
}
