import { mkdir } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { systemClock } from "../../aws/clock.ts";
import type { S3Handler, S3Request } from "../../aws/server.ts";
import { answerObject, type ObjectAnswer, type ObjectRequest } from "./answer.ts";
import { createFromContent, deleteObject } from "./change.ts";
import { bucketOf, type Core, openCore, type S3Options } from "./core.ts";
import { handle } from "./handle.ts";
import { startLifecycle } from "./lifecycle.ts";
import { receive } from "./receive.ts";
import { checkKey } from "./key.ts";
import type { BucketSettings, ObjectVersion } from "./types.ts";

export type { ObjectAnswer, ObjectRequest } from "./answer.ts";
export type { S3Options } from "./core.ts";
export { S3Error } from "./error.ts";
export type { BucketSettings, CorsRule, LifecycleRule, NotificationRule } from "./types.ts";

/** An object that a stand-in puts into a bucket itself. */
export interface StoredFile {
  readonly bucket: string;
  readonly key: string;
  /** A stream is written as it comes. */
  readonly body: Buffer | AsyncIterable<Buffer>;
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export type ObjectInfo = Pick<ObjectVersion, "key" | "sizeBytes" | "etag" | "modifiedAt" | "versionId">;

/** S3 on this machine: requests of the endpoint, and direct calls of other stand-ins. */
export interface S3 extends S3Handler {
  /** Declares a bucket, or declares it anew. Only declared buckets exist; their objects are kept between starts. */
  putBucket(settings: BucketSettings): Promise<void>;
  /**
   * Answers a read as GetObject does, with conditions and ranges, for a stand-in that serves objects itself.
   * Throws an S3Error (`NoSuchKey`, `PreconditionFailed`, `InvalidRange` …).
   */
  readObject(request: ObjectRequest): ObjectAnswer;
  /** Stores an object, with the events that a PutObject raises. */
  putObject(file: StoredFile): Promise<ObjectInfo>;
  /** Deletes an object, as DeleteObject does. */
  deleteObject(bucket: string, key: string): Promise<void>;
  /** All objects with a prefix, in order. */
  listObjects(bucket: string, prefix: string): ObjectInfo[];
  /** Begins to deliver events and to apply lifecycle rules, once the targets are there. */
  resume(): Promise<void>;
  /** How many events wait for their target. */
  pendingEvents(): number;
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 1000;

/** Opens the buckets' data. Buckets must be declared with `putBucket` before they answer. */
export async function openS3(options: S3Options): Promise<S3> {
  await mkdir(options.dir, { recursive: true, mode: 0o700 });
  const clock = options.clock ?? systemClock;
  const core = await openCore(options, clock);
  let stopLifecycle: () => void = () => undefined;
  return {
    ...createHelpers(core),
    handle: (request: S3Request, response: ServerResponse) => handle(core, request, response),
    async putBucket(settings) {
      const sql = "INSERT OR IGNORE INTO bucket (name, created_at) VALUES (?, ?)";
      core.database.query(sql).run(settings.name, clock.now());
      core.buckets.set(settings.name, settings);
    },
    async resume() {
      core.outbox.start();
      stopLifecycle = startLifecycle(core, clock);
    },
    pendingEvents: () => core.outbox.size(),
    async close() {
      stopLifecycle();
      await core.outbox.close(CLOSE_GRACE_MS);
      core.database.close();
    },
  };
}

function createHelpers(core: Core): Pick<S3, "readObject" | "putObject" | "deleteObject" | "listObjects"> {
  const origin = {
    principalId: core.accountId,
    sourceIp: "127.0.0.1",
    requestId: "local",
    extendedRequestId: "local",
  };
  return {
    readObject: (request) => answerObject(core, request),
    async putObject({ bucket: name, key, body, contentType, cacheControl, metadata = {} }) {
      const bucket = bucketOf(core, name);
      const expectation = {
        md5: undefined,
        algorithm: undefined,
        checksum: undefined,
        isTrailing: false,
        maxBytes: Infinity,
      };
      const stream = Buffer.isBuffer(body) ? oneChunk(body) : body;
      const content = await receive(core, { stream, trailers: new Map() }, expectation);
      const headers = {
        "content-type": contentType ?? "binary/octet-stream",
        ...(cacheControl === undefined ? {} : { "cache-control": cacheControl }),
      };
      const attributes = { headers, metadata, tags: {} };
      const created = { bucket, key: checkKey(key), attributes, event: "ObjectCreated:Put", origin };
      return createFromContent(core, created, content);
    },
    async deleteObject(name, key) {
      deleteObject(core, bucketOf(core, name), key, undefined, origin);
    },
    listObjects(name, prefix) {
      bucketOf(core, name);
      const found: ObjectInfo[] = [];
      for (const version of core.objects.from(name, prefix)) {
        if (!version.key.startsWith(prefix)) break;
        found.push(version);
      }
      return found;
    },
  };
}

async function* oneChunk(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
