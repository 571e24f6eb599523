import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { taskInputKey, taskResultKey } from "@telecine/core/storage/keys";
import { type TaskInput, TaskResult, type TaskTicket } from "@telecine/core/task/contract";
import { type Bucket, ObjectMissing, type ObjectHeaders, ObjectReplaced } from "../src/storage/bucket.ts";

export const SOURCE_KEY = "source/original";

/** A bucket that is a folder of this machine. */
export interface FolderBucket extends Bucket {
  readonly root: string;
  /** What was written, in the order of completion. */
  readonly written: { readonly key: string; readonly headers: ObjectHeaders }[];
}

export function folderBucket(root: string): FolderBucket {
  const written: FolderBucket["written"] = [];
  return {
    root,
    written,
    readText: async (key) => readFile(await existing(root, key), "utf8"),
    openRange: async ({ key, etag, first, last }) => {
      const path = await existing(root, key);
      if ((await etagOf(path)) !== etag) throw new ObjectReplaced(key);
      return createReadStream(path, { start: first, end: last });
    },
    write: async (key, body, headers, signal) => {
      signal.throwIfAborted();
      const path = join(root, key);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, body);
      written.push({ key, headers });
    },
  };
}

async function existing(root: string, key: string): Promise<string> {
  const path = join(root, key);
  try {
    await readFile(path, { flag: "r" });
    return path;
  } catch (error) {
    throw new ObjectMissing(key, { cause: error });
  }
}

async function etagOf(path: string): Promise<string> {
  return createHash("md5")
    .update(await readFile(path))
    .digest("hex");
}

/** Puts a file and the input document that asks for it into the bucket. */
export async function offer(
  bucket: FolderBucket,
  ticket: TaskTicket,
  file: string,
  rest: Partial<TaskInput> = {},
): Promise<void> {
  const body = await readFile(file);
  await put(bucket, SOURCE_KEY, body);
  const source = { key: SOURCE_KEY, etag: await etagOf(file), sizeBytes: Math.max(body.length, 1) };
  await put(bucket, taskInputKey(ticket), JSON.stringify({ ...ticket, source, ...rest }));
}

async function put(bucket: FolderBucket, key: string, body: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(bucket.root, key)), { recursive: true });
  await writeFile(join(bucket.root, key), body);
}

export async function readResult(bucket: FolderBucket, ticket: TaskTicket): Promise<TaskResult> {
  return TaskResult.parse(JSON.parse(await readFile(join(bucket.root, taskResultKey(ticket)), "utf8")));
}
