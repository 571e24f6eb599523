import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  NotFound,
  paginateListObjectsV2,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { z } from "zod";
import { mediaBucket, s3 } from "./client.ts";

export interface StoredObject {
  readonly sizeBytes: number;
  /** Without the quotes that HTTP puts around it. */
  readonly etag: string;
}

/** What lies under a key; null where nothing does. */
export async function head(key: string): Promise<StoredObject | null> {
  try {
    const found = await s3().send(new HeadObjectCommand({ Bucket: mediaBucket(), Key: key }));
    return { sizeBytes: found.ContentLength ?? 0, etag: bareEtag(found.ETag) };
  } catch (error) {
    if (error instanceof NotFound) return null;
    throw error;
  }
}

/** The bytes from `start` up to `end` of an object that is still the one with this etag; null where it is gone or another. */
export async function readRange(
  key: string,
  start: number,
  end: number,
  etag: string,
): Promise<Uint8Array | null> {
  try {
    const found = await s3().send(
      new GetObjectCommand({
        Bucket: mediaBucket(),
        Key: key,
        Range: `bytes=${start}-${end - 1}`,
        IfMatch: `"${etag}"`,
      }),
    );
    return (await found.Body?.transformToByteArray()) ?? new Uint8Array();
  } catch (error) {
    if (error instanceof NoSuchKey || (error instanceof Error && GONE.has(error.name))) return null;
    throw error;
  }
}

/** What S3 says of an object that is not the one with an etag, or shorter than that one. */
const GONE = new Set(["PreconditionFailed", "InvalidRange"]);

/** All bytes of an object. Rejects where there is none. */
export async function getBytes(key: string): Promise<Uint8Array> {
  const { Body } = await s3().send(new GetObjectCommand({ Bucket: mediaBucket(), Key: key }));
  if (!Body) throw new Error(`The bucket answered without the bytes of ${key}.`);
  return Body.transformToByteArray();
}

/** A JSON document, parsed; null where there is none. A document of another shape is an error. */
export async function getJson<Schema extends z.ZodType>(
  key: string,
  schema: Schema,
): Promise<z.output<Schema> | null> {
  try {
    const found = await s3().send(new GetObjectCommand({ Bucket: mediaBucket(), Key: key }));
    return schema.parse(JSON.parse((await found.Body?.transformToString()) ?? ""));
  } catch (error) {
    if (error instanceof NoSuchKey) return null;
    throw error;
  }
}

export async function putJson(key: string, document: object): Promise<void> {
  await putText(key, JSON.stringify(document), { contentType: "application/json" });
}

interface PutHeaders {
  readonly contentType: string;
  readonly cacheControl?: string;
}

export async function putText(key: string, text: string, headers: PutHeaders): Promise<void> {
  await put(key, text, headers);
}

export async function putBytes(key: string, bytes: Uint8Array, headers: PutHeaders): Promise<void> {
  await put(key, bytes, headers);
}

async function put(key: string, body: string | Uint8Array, headers: PutHeaders): Promise<void> {
  await s3().send(
    new PutObjectCommand({
      Bucket: mediaBucket(),
      Key: key,
      Body: body,
      ContentType: headers.contentType,
      ...(headers.cacheControl === undefined ? {} : { CacheControl: headers.cacheControl }),
    }),
  );
}

/** The size in bytes of every object under a prefix, by its key without the prefix. */
export async function listSizes(prefix: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for await (const { key, sizeBytes } of list(prefix)) sizes.set(key.slice(prefix.length), sizeBytes);
  return sizes;
}

/** DeleteObjects takes at most 1,000 keys a request. */
const DELETE_BATCH = 1000;

/** Deletes everything under a prefix, which must name a folder: `media/vid_…/`. */
export async function deletePrefix(prefix: string): Promise<void> {
  if (!/^[a-z]+\/.+\/$/.test(prefix))
    throw new Error(`Refusing to delete "${prefix}": name a folder of one video.`);
  let batch: string[] = [];
  for await (const { key } of list(prefix)) {
    batch.push(key);
    if (batch.length < DELETE_BATCH) continue;
    await deleteKeys(batch);
    batch = [];
  }
  await deleteKeys(batch);
}

/** Deletes up to 1,000 objects; those that do not exist are fine. */
export async function deleteKeys(keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const { Errors } = await s3().send(
    new DeleteObjectsCommand({
      Bucket: mediaBucket(),
      Delete: { Objects: keys.map((Key) => ({ Key })), Quiet: true },
    }),
  );
  const first = Errors?.[0];
  if (first)
    throw new Error(
      `Could not delete ${Errors.length} objects; ${first.Key ?? "?"}: ${first.Message ?? "?"}`,
    );
}

async function* list(prefix: string) {
  for await (const page of paginateListObjectsV2(
    { client: s3() },
    { Bucket: mediaBucket(), Prefix: prefix },
  )) {
    for (const { Key, Size } of page.Contents ?? [])
      if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0 };
  }
}

export function bareEtag(etag: string | undefined): string {
  return (etag ?? "").replaceAll('"', "");
}
