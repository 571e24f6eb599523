/** What becomes of one video in the bucket and in the database. Loaded when the rig runs. */
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { decideLadder } from "@telecine/core/ladder/decide";
import { encodedPictures, timingOf } from "@telecine/core/media/measure";
import { cut } from "@telecine/core/plan/cut";
import type { Plan } from "@telecine/core/plan/plan";
import { Settings, type SettingsInput } from "@telecine/core/settings/settings";
import { mediaBucket, s3 } from "@telecine/core/storage/client";
import { outputPrefix, sourceKey, taskInputKey } from "@telecine/core/storage/keys";
import { getJson, head, putJson } from "@telecine/core/storage/storage";
import { TaskInput, type TaskTicket } from "@telecine/core/task/contract";
import { receive } from "@telecine/core/upload/receive";
import { create } from "@telecine/core/video/create";
import { current } from "@telecine/core/video/video";
import { createRunTool } from "@telecine/worker/src/ffmpeg/spawn.ts";
import { findTools } from "@telecine/worker/src/ffmpeg/tools.ts";
import { inspectSource } from "@telecine/worker/src/source/inspect.ts";
import { ladderSourceOf } from "@telecine/worker/src/task/ladder.ts";

export { readMade } from "@telecine/functions/src/workflow/made.ts";

/** A video whose source is in the bucket, as the upload's event leaves it. */
export async function upload(file: string, settings: SettingsInput): Promise<TaskTicket> {
  const body = await readFile(file);
  const { video } = await create({
    input: { fileName: basename(file), sizeBytes: body.length, settings: Settings.parse(settings) },
  });
  const key = sourceKey(video.id);
  await s3().send(new PutObjectCommand({ Bucket: mediaBucket(), Key: key, Body: body }));
  const stored = await head(key);
  const owed = stored && (await receive({ key, ...stored, sequencer: null }));
  if (!owed) throw new Error("The upload is not what the app expects of one.");
  return owed;
}

/** Puts a plan of so many chunks into the task's input, and gives the numbers of its parts. */
export async function planChunks(ticket: TaskTicket, file: string, count: number): Promise<number[]> {
  const input = await getJson(taskInputKey(ticket), TaskInput);
  if (!input) throw new Error("The inspection left no input.");
  const inspection = await inspectFile(file, input.source.sizeBytes);
  const pictures = encodedPictures(inspection);
  const chunks = cut({ ...pictures, keyframes: [] }, count);
  if (chunks.length < 2) throw new Error("The clip is too short for two chunks.");
  const plan: Plan = {
    ...{ mode: "chunked", task: { vcpu: 2, memoryGb: 4, diskGb: 21 }, chunks, alternatives: [] },
    timing: timingOf(pictures),
    estimate: { latencySeconds: 1, costUsd: 0, vcpuSeconds: 0, transitions: 1 },
    reasons: ["as many as the bar compares"],
  };
  // Decided once for all parts, and as the task of a whole video decides it.
  const ladder = input.ladder ?? decideLadder(ladderSourceOf(inspection), input.settings);
  await putJson(taskInputKey(ticket), { ...input, plan, ladder });
  return [...chunks.keys()];
}

function inspectFile(path: string, sizeBytes: number) {
  const { signal } = new AbortController();
  const deps = { run: createRunTool(findTools()), folder: process.cwd(), signal };
  return inspectSource({ path, sizeBytes }, deps);
}

/** Milliseconds since the epoch at which a video could be played first; undefined while it cannot. */
export async function playableAt({ videoId }: TaskTicket): Promise<number | undefined> {
  const { playableAt: at } = await current(videoId);
  return at === null ? undefined : Date.parse(at);
}

/** A file of an attempt, by its key below the attempt's folder. */
export async function readOutput(attempt: TaskTicket, key: string): Promise<Uint8Array> {
  const command = new GetObjectCommand({ Bucket: mediaBucket(), Key: outputPrefix(attempt) + key });
  const { Body } = await s3().send(command);
  if (!Body) throw new Error(`${key} has no content.`);
  return Body.transformToByteArray();
}
