import { join } from "node:path";
import { outputPrefix, taskInputKey, taskResultKey } from "@telecine/core/storage/keys";
import { TaskInput, TaskResult, type TaskTicket } from "@telecine/core/task/contract";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { RunTool } from "../ffmpeg/spawn.ts";
import type { EncodeProgress } from "../ffmpeg/progress.ts";
import { toNumber } from "@telecine/core/media/rational";
import { retry } from "../retry.ts";
import { downloadSource } from "../source/download.ts";
import { inspectSource } from "../source/inspect.ts";
import { type Bucket, isPassing, PATIENCE_MS } from "../storage/bucket.ts";
import { uploadFiles } from "../storage/upload.ts";
import { checkDecoding } from "../verify/decode.ts";
import { withWorkdir } from "../workdir.ts";
import { blameSource } from "./blame.ts";
import { withDecodableSound } from "./decodable.ts";
import { createDelivery } from "./delivery.ts";
import { encode } from "./encode.ts";
import { Rejection } from "./outcome.ts";
import { planEncode } from "./plan.ts";
import { makePoster } from "./poster.ts";
import { measureStoryboard } from "../verify/storyboard.ts";
import type { Reporter } from "./reporter.ts";
import { describeResult } from "./result.ts";
import { repairSound } from "./sound.ts";

interface TaskLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface TaskDependencies {
  readonly bucket: Bucket;
  readonly reporter: Reporter;
  readonly run: RunTool;
  /** The folder that work folders are made in. */
  readonly workRoot: string;
  /** Aborted when the process is asked to stop. */
  readonly signal: AbortSignal;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
  readonly log: TaskLog;
  readonly delaysMs?: readonly number[];
}

/**
 * Turns one source into its renditions. Resolves with the result, which has then been written behind everything it
 * names; throws when another run may succeed, and Superseded when none is wanted.
 */
export async function processTask(ticket: TaskTicket, deps: TaskDependencies): Promise<TaskResult> {
  const input = await readInput(ticket, deps);
  const result = await withWorkdir(deps.workRoot, (folder) => produce(input, folder, deps));
  await writeResult(ticket, result, deps);
  return result;
}

async function readInput(ticket: TaskTicket, deps: TaskDependencies): Promise<TaskInput> {
  const text = await retry(() => deps.bucket.readText(taskInputKey(ticket), deps.signal), patience(deps));
  return TaskInput.parse(JSON.parse(text));
}

/** A source that can never succeed has a result too. */
async function produce(input: TaskInput, folder: string, deps: TaskDependencies): Promise<TaskResult> {
  const ticket = { videoId: input.videoId, attempt: input.attempt };
  try {
    return TaskResult.parse({ ...ticket, outcome: "ready", ...(await make(input, folder, deps)) });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    deps.log.warn({ err: error, code: error.code }, "the source was rejected");
    return { ...ticket, outcome: "rejected", code: error.code, message: error.message };
  }
}

async function make(input: TaskInput, folder: string, deps: TaskDependencies) {
  const { reporter } = deps;
  const place = { ...deps, folder };

  await reporter.enter("downloading");
  const source = { path: join(folder, "source"), sizeBytes: input.source.sizeBytes };
  await downloadSource(input.source, source.path, { ...transfer(deps), onProgress: reporter.advance });

  await reporter.enter("probing");
  const inspection = await inspectSource(source, place);
  const quietly = { ...place, onProgress: () => undefined };
  const plan = await withDecodableSound(planEncode(source.path, inspection), quietly);

  await reporter.enter("encoding");
  const prefix = outputPrefix(input);
  const delivery = createDelivery(plan, {
    ...{ ...transfer(deps), folder, prefix },
    onDelivered: () => Promise.resolve(),
  });
  const pace = pacing(plan, deps);
  const onProgress = (progress: EncodeProgress) => {
    pace(progress);
    delivery.look();
  };
  const signal = AbortSignal.any([deps.signal, delivery.signal]);
  await encode(plan, { ...place, signal, onProgress }).catch(async (error: unknown) => {
    await delivery.settle();
    await blameSource(plan, quietly, error);
    throw error;
  });
  const output = await delivery.finish((name) => repairSound(name, plan, quietly));

  await reporter.enter("verifying");
  await checkDecoding(output, place);
  const poster = await makePoster(output, place);
  const storyboard = await measureStoryboard(plan, output.frameCount, folder);

  await reporter.enter("storing");
  const files = [poster, ...storyboard.sheets].map((file) => ({ ...file, files: [file.key] }));
  await uploadFiles(files, { ...transfer(deps), folder, prefix, onProgress: reporter.advance });
  return describeResult(inspection, plan, output, { poster, storyboard });
}

/** Frames become a share of the whole, and seconds of video made per second. */
function pacing(plan: EncodePlan, { reporter, now }: TaskDependencies) {
  const startedAt = now();
  return ({ frames }: { readonly frames: number }) => {
    const elapsedSeconds = (now() - startedAt) / 1000;
    const madeSeconds = frames / toNumber(plan.frameRate);
    reporter.advance(frames / plan.frameCount, elapsedSeconds > 0 ? madeSeconds / elapsedSeconds : undefined);
  };
}

async function writeResult(ticket: TaskTicket, result: TaskResult, deps: TaskDependencies): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify(result));
  const headers = { contentType: "application/json" };
  await retry(() => deps.bucket.write(taskResultKey(ticket), body, headers, deps.signal), patience(deps));
}

/** The input was written before the task was started: a bucket that does not know it yet is not asked again. */
function patience({ signal, log, delaysMs = PATIENCE_MS }: TaskDependencies) {
  const onRetry = (error: unknown) => {
    log.warn({ err: error }, "the bucket is asked again");
  };
  return { delaysMs, isRetryable: isPassing, signal, onRetry };
}

function transfer(deps: TaskDependencies) {
  return { bucket: deps.bucket, ...patience(deps) };
}
