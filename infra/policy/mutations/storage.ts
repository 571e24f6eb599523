import { TYPE } from "../types.ts";
import { withoutDenials } from "./data.ts";
import { add, append, type Draft, edit, first, type Mutation, remove, set } from "./draft.ts";

const { bucket, bucketLifecycle, bucketPolicy, bucketPublicAccessBlock, bucketVersioning } = TYPE;
const { topic, topicPolicy, topicSubscription } = TYPE;
const MEDIA = /^Media/;
const ASSETS = /^ConsoleAssets/;

/** Mistakes with buckets and topics: P45-P54. */
export const STORAGE: readonly Mutation[] = [
  ["P45", "allows public policies", set(bucketPublicAccessBlock, "blockPublicPolicy", false)],
  ["P45", "blocks nothing", remove(bucketPublicAccessBlock, MEDIA)],
  ["P46", "answers without TLS", edit(bucketPolicy, "policy.Statement", withoutDenials, MEDIA)],
  ["P47", "lets everybody read", append(bucketPolicy, "policy.Statement", read("*"), MEDIA)],
  [
    "P47",
    "lets a service read for strangers",
    append(bucketPolicy, "policy.Statement", read({ Service: "cloudfront.amazonaws.com" }), MEDIA),
  ],
  ["P48", "keeps one version", set(bucketVersioning, "versioningConfiguration.status", "Suspended", MEDIA)],
  [
    "P48",
    "keeps old versions for ever",
    edit(bucketLifecycle, "rules", withoutField("noncurrentVersionExpiration"), MEDIA),
  ],
  [
    "P49",
    "keeps parts of uploads for ever",
    edit(bucketLifecycle, "rules", withoutField("abortIncompleteMultipartUpload"), MEDIA),
  ],
  ["P50", "empties the bucket to remove it", set(bucket, "forceDestroy", true, MEDIA)],
  ["P52", "encrypts with AWS's key", set(topic, "kmsMasterKeyId", "alias/aws/sns")],
  ["P52", "encrypts nothing", set(topic, "kmsMasterKeyId", undefined)],
  ["P52", "locks CloudWatch out of the key", lockOut],
  ["P53", "takes messages without TLS", edit(topicPolicy, "policy.Statement", withoutDenials)],
  ["P53", "has a second policy", secondPolicy],
  ["P53", "has no policy", remove(topicPolicy)],
  [
    "P54",
    "sends over HTTP",
    add(topicSubscription, { protocol: "http", redrivePolicy: '{"deadLetterTargetArn":"x"}' }),
  ],
  [
    "P54",
    "loses what nobody takes",
    add(topicSubscription, { protocol: "https", endpoint: "https://example.com" }),
  ],
];

/** Waived as they are. */
export const STORAGE_MENDED: readonly Mutation[] = [
  ["P50", "writes an access log", mendBucket(TYPE.bucketLogging, { targetBucket: "log" })],
  ["P51", "copies the bucket", mendBucket(TYPE.bucketReplication, {})],
  [
    "P51",
    "deletes with a second factor",
    set(bucketVersioning, "versioningConfiguration.mfaDelete", "Enabled", MEDIA),
  ],
];

function read(Principal: unknown) {
  return { Effect: "Allow", Principal, Action: "s3:GetObject", Resource: "*" };
}

function withoutField(field: string) {
  return (rules: unknown) =>
    (rules as Record<string, unknown>[]).map((rule) =>
      Object.fromEntries(Object.entries(rule).filter(([key]) => key !== field)),
    );
}

function mendBucket(type: string, inputs: Record<string, unknown>) {
  return (draft: Draft) => {
    add(type, { ...inputs, bucket: first(draft, bucket, ASSETS).id })(draft);
  };
}

/** The services that are to use the key stand in its policy. */
function lockOut(draft: Draft): void {
  for (const key of draft.resources.filter(({ type }) => type === TYPE.key)) {
    const text = JSON.stringify(key.inputs.policy);
    key.inputs.policy = JSON.parse(text.replaceAll("cloudwatch.amazonaws.com", "lambda.amazonaws.com"));
  }
}

function secondPolicy(draft: Draft): void {
  const { inputs } = first(draft, topicPolicy);
  add(topicPolicy, { ...inputs })(draft);
}
