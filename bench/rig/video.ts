/** One video from its upload to its publication, each step by itself. Loaded when the rig runs. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { mediaBucket, s3 } from "@telecine/core/storage/client";
import { outputPrefix, sourceKey } from "@telecine/core/storage/keys";
import { head } from "@telecine/core/storage/storage";
import type { TaskTicket } from "@telecine/core/task/contract";
import { receive } from "@telecine/core/upload/receive";
import { create } from "@telecine/core/video/create";
import { handler as inspect } from "@telecine/functions/src/workflow/inspect.ts";
import { handler as publish } from "@telecine/functions/src/workflow/publish.ts";
import { measure, type Usage } from "../lib/usage.ts";

/** A video whose source is in the bucket, as the upload's event leaves it. */
export async function upload(file: string): Promise<TaskTicket> {
  const body = await readFile(file);
  const { video } = await create({ input: { fileName: basename(file), sizeBytes: body.length } });
  const key = sourceKey(video.id);
  await s3().send(new PutObjectCommand({ Bucket: mediaBucket(), Key: key, Body: body }));
  const stored = await head(key);
  const owed = stored && (await receive({ key, ...stored, sequencer: null }));
  if (!owed) throw new Error("The upload is not what the app expects of one.");
  return owed;
}

export async function runInspect(ticket: TaskTicket): Promise<Usage> {
  return measure(() => inspect(ticket));
}

export async function runPublish(ticket: TaskTicket): Promise<Usage> {
  return measure(() => publish(ticket));
}

/** A file of a published attempt, by its key below the attempt's folder. */
export async function readOutput(attempt: TaskTicket, key: string): Promise<Uint8Array> {
  const command = new GetObjectCommand({ Bucket: mediaBucket(), Key: outputPrefix(attempt) + key });
  const { Body } = await s3().send(command);
  if (!Body) throw new Error(`${key} has no content.`);
  return Body.transformToByteArray();
}
