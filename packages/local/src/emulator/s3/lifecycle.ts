import type { Clock } from "../../aws/clock.ts";
import { insertMarker, settle } from "./change.ts";
import type { Core } from "./core.ts";
import { dropUpload } from "./operation/abort-multipart-upload.ts";
import { successor } from "./encoding.ts";
import { toVersion } from "./store/objects.ts";
import type { VersionRow } from "./store/schema.ts";
import type { BucketSettings, LifecycleRule, ObjectVersion } from "./types.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */

const DAY_MS = 24 * 3600 * 1000;
const HOUR_MS = 3600 * 1000;

/** Applies the rules of all buckets now and every hour. Returns what ends it. */
export function startLifecycle(core: Core, clock: Clock): () => void {
  let cancel: () => void = () => undefined;
  const run = () => {
    for (const bucket of core.buckets.values()) applyRules(core, bucket);
    cancel = clock.after(HOUR_MS, run);
  };
  run();
  return () => {
    cancel();
  };
}

/** Ends what a bucket's rules say has had its time. Expiry raises no ObjectRemoved event, as on AWS. */
export function applyRules(core: Core, bucket: BucketSettings): void {
  for (const rule of bucket.lifecycle ?? []) {
    core.database.transaction(() => {
      applyRule(core, bucket, rule);
    });
  }
  settle(core);
}

function applyRule(core: Core, bucket: BucketSettings, rule: LifecycleRule): void {
  const now = core.clock.now();
  const prefix = rule.prefix ?? "";
  if (rule.abortIncompleteUploadDays !== undefined) {
    const before = now - rule.abortIncompleteUploadDays * DAY_MS;
    for (const upload of core.uploads.startedBefore(bucket.name, prefix, before)) dropUpload(core, upload);
  }
  if (rule.expirationDays !== undefined) {
    const expired = find(
      core,
      bucket,
      prefix,
      "is_latest = 1 AND modified_at < ?",
      now - rule.expirationDays * DAY_MS,
    );
    for (const version of expired) expire(core, bucket, version, now);
  }
  if (rule.noncurrentDays !== undefined) {
    // A version is out of date since the moment its successor came.
    const replaced = `is_latest = 0 AND (SELECT min(later.modified_at) FROM version AS later
      WHERE later.bucket = version.bucket AND later.key = version.key AND later.id > version.id) < ?`;
    const old = find(core, bucket, prefix, replaced, now - rule.noncurrentDays * DAY_MS);
    for (const version of old) core.objects.remove(version);
  }
}

function find(
  core: Core,
  bucket: BucketSettings,
  prefix: string,
  condition: string,
  before: number,
): ObjectVersion[] {
  const sql = `SELECT * FROM version WHERE bucket = ? AND key >= ? AND key < ? AND ${condition}`;
  // Behind the last character there is no key.
  const end = successor(prefix) ?? "\u{10ffff}\u{10ffff}";
  return core.database.query<VersionRow>(sql).all(bucket.name, prefix, end, before).map(toVersion);
}

function expire(core: Core, bucket: BucketSettings, version: ObjectVersion, now: number): void {
  if (!version.isDeleteMarker && bucket.versioning) {
    insertMarker(core, bucket, version.key, now);
    return;
  }
  const isAlone = !core.database
    .query("SELECT 1 FROM version WHERE bucket = ? AND key = ? AND id <> ?")
    .get(bucket.name, version.key, version.id);
  // A marker goes when there is nothing left that it hides.
  if (!version.isDeleteMarker || isAlone) core.objects.remove(version);
}
