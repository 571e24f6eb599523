import { join } from "node:path";
import type { Clock } from "../../aws/clock.ts";
import { type Database, openDatabase } from "../../aws/database.ts";
import { createOutbox, type Outbox, OUTBOX_SCHEMA } from "../../aws/outbox.ts";
import type { Log } from "../../aws/request.ts";
import { createNotify, type Notify } from "./event/notify.ts";
import { S3Error } from "./error.ts";
import { createBlobs } from "./store/blobs.ts";
import { type Contents, createContents } from "./store/contents.ts";
import { createObjects, type Objects } from "./store/objects.ts";
import { SCHEMA } from "./store/schema.ts";
import { createUploads, type Uploads } from "./store/uploads.ts";
import type { BucketSettings } from "./types.ts";

export interface S3Options {
  /** Where objects and their index lie. */
  readonly dir: string;
  readonly region: string;
  readonly accountId: string;
  readonly log: Log;
  /**
   * Hands an event to a function, topic or queue. Resolves when the target has it for good: a process that ends before
   * that leads to the same event once more.
   */
  deliver(targetArn: string, event: object): Promise<void>;
  readonly clock?: Clock;
}

/** What every operation works with. */
export interface Core {
  readonly region: string;
  readonly accountId: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly database: Database;
  readonly contents: Contents;
  readonly objects: Objects;
  readonly uploads: Uploads;
  readonly outbox: Outbox;
  readonly notify: Notify;
  /** The buckets that are declared, by name. What an earlier start stored in others stays, unseen. */
  readonly buckets: Map<string, BucketSettings>;
}

const DELIVERIES_AT_ONCE = 16;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** A day of the longest delay. */
const MAX_FAILURES = 24 * 60;

/** Opens the index and the files under it, and clears what a crash left. */
export async function openCore(options: S3Options, clock: Clock): Promise<Core> {
  const { dir, region, accountId, log } = options;
  const database = openDatabase(join(dir, "index.sqlite"), SCHEMA + OUTBOX_SCHEMA);
  const contents = createContents(database, createBlobs(join(dir, "blobs")), (error) => {
    log({
      level: "warn",
      source: "s3",
      message: `A file of a deleted object could not be removed: ${String(error)}`,
    });
  });
  await contents.sweep();
  const outbox = createOutbox({
    database,
    clock,
    log,
    source: "s3",
    concurrency: DELIVERIES_AT_ONCE,
    deliver: ({ target, payload }) => options.deliver(target, JSON.parse(payload) as object),
    retryDelayMs: (failures) =>
      failures > MAX_FAILURES ? undefined : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LONGEST_RETRY_MS),
  });
  return {
    region,
    accountId,
    log,
    clock,
    database,
    contents,
    objects: createObjects(database, contents.drop),
    uploads: createUploads(database, contents.drop),
    outbox,
    notify: createNotify(database, outbox, { region, accountId }),
    buckets: new Map(),
  };
}

/** The declaration of a bucket, or NoSuchBucket. */
export function bucketOf(core: Core, name: string): BucketSettings {
  const bucket = core.buckets.get(name);
  if (!bucket) throw new S3Error("NoSuchBucket", { BucketName: name });
  return bucket;
}
