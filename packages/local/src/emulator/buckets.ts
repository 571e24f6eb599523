import { type Graph, ofType, type Resource } from "../synth/graph.ts";
import type { Emulator, Machine } from "./emulator.ts";
import { type BucketSettings, type LifecycleRule, type NotificationRule, openS3 } from "./s3/s3.ts";

const BUCKET = "aws:s3/bucketV2:BucketV2";
const CORS = "aws:s3/bucketCorsConfigurationV2:BucketCorsConfigurationV2";
const LIFECYCLE = "aws:s3/bucketLifecycleConfigurationV2:BucketLifecycleConfigurationV2";
const VERSIONING = "aws:s3/bucketVersioningV2:BucketVersioningV2";
const NOTIFICATION = "aws:s3/bucketNotification:BucketNotification";
const POLICY = "aws:s3/bucketPolicy:BucketPolicy";

/** S3: the declared buckets with their CORS rules, lifecycles, versioning and notifications. */
export const buckets: Emulator = {
  label: "buckets",
  types: [BUCKET, CORS, LIFECYCLE, VERSIONING, NOTIFICATION, POLICY],
  async start(graph, machine) {
    const { region, accountId, log } = machine;
    const s3 = await openS3({
      dir: machine.state.folder("s3"),
      region,
      accountId,
      log,
      deliver: (targetArn, event) => deliver(machine, targetArn, event),
    });
    for (const bucket of ofType(graph, BUCKET)) await s3.putBucket(settingsOf(bucket, graph));
    machine.services.provide("s3", s3);
    return { ready: () => s3.resume(), stop: () => s3.close() };
  },
};

async function deliver({ services }: Machine, targetArn: string, event: object): Promise<void> {
  const service = targetArn.split(":")[2];
  if (service === "lambda") return services.get("functions").invokeAsync(targetArn, JSON.stringify(event));
  if (service === "sns") {
    await services
      .get("sns")
      .publish({ topicArn: targetArn, subject: "Amazon S3 Notification", message: JSON.stringify(event) });
    return;
  }
  throw new Error(`Nothing on this machine takes events for ${targetArn}.`);
}

function settingsOf(bucket: Resource, graph: Graph): BucketSettings {
  const name = bucket.outputs.bucket as string;
  const about = (type: string) => ofType(graph, type).find(({ inputs }) => inputs.bucket === name)?.inputs;
  const cors = about(CORS) as { corsRules?: NonNullable<BucketSettings["cors"]> } | undefined;
  const lifecycle = about(LIFECYCLE) as { rules?: DeclaredRule[] } | undefined;
  const versioning = about(VERSIONING) as
    { versioningConfiguration?: { status?: BucketSettings["versioning"] } } | undefined;
  const policy = about(POLICY) as { policy?: string } | undefined;
  const status = versioning?.versioningConfiguration?.status;
  return {
    name,
    cors: cors?.corsRules ?? [],
    lifecycle: (lifecycle?.rules ?? []).filter((rule) => rule.status === "Enabled").map(lifecycleRule),
    notifications: notificationsOf(about(NOTIFICATION)),
    ...(status && { versioning: status }),
    ...(policy?.policy && { policy: JSON.parse(policy.policy) as NonNullable<BucketSettings["policy"]> }),
  };
}

interface DeclaredRule {
  readonly id?: string;
  readonly status: string;
  readonly filter?: { readonly prefix?: string };
  readonly expiration?: { readonly days?: number };
  readonly noncurrentVersionExpiration?: { readonly noncurrentDays?: number };
  readonly abortIncompleteMultipartUpload?: { readonly daysAfterInitiation?: number };
}

function lifecycleRule({
  id,
  filter,
  expiration,
  noncurrentVersionExpiration,
  abortIncompleteMultipartUpload,
}: DeclaredRule): LifecycleRule {
  return {
    ...(id && { id }),
    ...(filter?.prefix && { prefix: filter.prefix }),
    ...(expiration?.days && { expirationDays: expiration.days }),
    ...(noncurrentVersionExpiration?.noncurrentDays && {
      noncurrentDays: noncurrentVersionExpiration.noncurrentDays,
    }),
    ...(abortIncompleteMultipartUpload?.daysAfterInitiation && {
      abortIncompleteUploadDays: abortIncompleteMultipartUpload.daysAfterInitiation,
    }),
  };
}

interface DeclaredTarget {
  readonly id?: string;
  readonly events: readonly string[];
  readonly filterPrefix?: string;
  readonly filterSuffix?: string;
  readonly lambdaFunctionArn?: string;
  readonly topicArn?: string;
  readonly queueArn?: string;
}

function notificationsOf(inputs: Resource["inputs"] | undefined): NotificationRule[] {
  const {
    lambdaFunctions = [],
    topics = [],
    queues = [],
  } = (inputs ?? {}) as Record<string, DeclaredTarget[] | undefined>;
  return [...lambdaFunctions, ...topics, ...queues].map(
    ({ id, events, filterPrefix, filterSuffix, ...target }) => ({
      targetArn: target.lambdaFunctionArn ?? target.topicArn ?? target.queueArn ?? "",
      events,
      ...(id && { id }),
      ...(filterPrefix && { prefix: filterPrefix }),
      ...(filterSuffix && { suffix: filterSuffix }),
    }),
  );
}
