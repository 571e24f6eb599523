import { createWriteStream } from "node:fs";
import { open, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import type { TaskInput } from "@telecine/core/task/contract";
import { inParallel } from "../parallel.ts";
import { retry } from "../retry.ts";
import {
  type Bucket,
  isPassing,
  ObjectMissing,
  ObjectReplaced,
  PATIENCE_MS,
  type Range,
} from "../storage/bucket.ts";
import { Rejection, TaskFailure } from "../task/outcome.ts";

const PART_BYTES = 16 * 1024 ** 2;
const PARTS_AT_ONCE = 6;
/** Slower than 140 kB/s is no transfer but a stalled connection. */
const PART_TIMEOUT_MS = 120_000;
/** Room for what is made of the smallest sources. */
const SPARE_BYTES = 256 * 1024 ** 2;

export interface DownloadOptions {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  readonly onProgress?: (share: number) => void;
  readonly onRetry?: (error: unknown) => void;
  readonly delaysMs?: readonly number[];
}

/**
 * Fetches exactly the bytes that were inspected into `path`, in parts, several at once. Throws a {@link Rejection} when
 * they are gone or others have taken their place, and the network's own error when patience ends.
 */
export async function downloadSource(
  source: TaskInput["source"],
  path: string,
  options: DownloadOptions,
): Promise<void> {
  await checkSpace(dirname(path), source.sizeBytes);
  const file = await open(path, "w");
  try {
    await file.truncate(source.sizeBytes);
  } finally {
    await file.close();
  }
  let done = 0;
  const fetchPart = async (first: number, signal: AbortSignal) => {
    const last = Math.min(first + PART_BYTES, source.sizeBytes) - 1;
    const part = { key: source.key, etag: source.etag, first, last };
    await retry(() => fetchRange(part, path, options.bucket, signal), {
      delaysMs: options.delaysMs ?? PATIENCE_MS,
      isRetryable: isPassing,
      signal,
      ...(options.onRetry && { onRetry: options.onRetry }),
    });
    done += last - first + 1;
    options.onProgress?.(done / source.sizeBytes);
  };
  const starts = Array.from(
    { length: Math.ceil(source.sizeBytes / PART_BYTES) },
    (_, part) => part * PART_BYTES,
  );
  await rejecting(() => inParallel(starts, PARTS_AT_ONCE, options.signal, fetchPart));
}

async function fetchRange(part: Range, path: string, bucket: Bucket, signal: AbortSignal): Promise<void> {
  const partSignal = AbortSignal.any([signal, AbortSignal.timeout(PART_TIMEOUT_MS)]);
  const body = await bucket.openRange(part, partSignal);
  const target = createWriteStream(path, { flags: "r+", start: part.first });
  await pipeline(body, target, { signal: partSignal });
  const expected = part.last - part.first + 1;
  if (target.bytesWritten !== expected)
    throw new Error(`A part of ${expected} bytes came as ${target.bytesWritten}.`);
}

async function rejecting(download: () => Promise<unknown>): Promise<void> {
  try {
    await download();
  } catch (error) {
    if (error instanceof ObjectMissing) throw new Rejection("source_missing", { cause: error });
    if (error instanceof ObjectReplaced) throw new Rejection("source_replaced", { cause: error });
    throw error;
  }
}

async function checkSpace(folder: string, sizeBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const neededBytes = sizeBytes * 1.5 + SPARE_BYTES;
  if (bavail * bsize >= neededBytes) return;
  const megabytes = (bytes: number) => Math.ceil(bytes / 1e6);
  throw new TaskFailure(
    "processing_failed",
    `The task's disk has ${megabytes(bavail * bsize)} MB free and needs ${megabytes(neededBytes)} MB. Give it more.`,
  );
}
