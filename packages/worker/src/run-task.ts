import { closeCache } from "@telecine/core/cache/client";
import { closeDatabase } from "@telecine/core/database/client";
import { reachedBefore, writeProgress } from "@telecine/core/progress/store";
import { mediaBucket, s3 } from "@telecine/core/storage/client";
import { TaskOrder } from "@telecine/core/task/contract";
import { log, withLog } from "@telecine/core/util/log";
import { enterPhase } from "@telecine/core/video/phase";
import { makePlayable, playedBy } from "@telecine/core/video/playable";
import { createRunTool } from "./ffmpeg/spawn.ts";
import { findTools } from "./ffmpeg/tools.ts";
import { type Bucket, s3Bucket } from "./storage/bucket.ts";
import { supervise } from "./supervise.ts";
import { Stopped, Superseded } from "./task/outcome.ts";
import { processTask, readInput } from "./task/process.ts";
import { createReporter } from "./task/reporter.ts";
import { shareOf, workOf } from "./task/work.ts";
import { readTrace, traced } from "./trace.ts";
import { withAccount } from "./usage/account.ts";
import { workRoot } from "./workdir.ts";

/** Runs the task that the environment names, and gives the code that the process exits with. */
export async function runTask(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  try {
    return await supervise(async (signal) => {
      const order = readOrder(env);
      await withLog({ ...order }, () => withTrace(order, env, () => attempt(order, signal)));
    });
  } finally {
    await Promise.allSettled([closeDatabase(), closeCache()]);
  }
}

function readOrder({ TASK_INPUT: text }: NodeJS.ProcessEnv): TaskOrder {
  if (text === undefined) throw new Error("TASK_INPUT is not set: nothing says what to do. See --help.");
  return TaskOrder.parse(JSON.parse(text));
}

function withTrace(order: TaskOrder, env: NodeJS.ProcessEnv, run: () => Promise<void>): Promise<void> {
  const isFault = (error: unknown) => !(error instanceof Stopped || error instanceof Superseded);
  const onTrouble = (error: unknown) => {
    log.warn({ err: error }, "the trace is not complete");
  };
  return traced(
    readTrace(env.TRACE_HEADER),
    { name: "worker", annotations: { ...order, part: order.part ?? 0 }, isFault, onTrouble },
    run,
  );
}

function onTrouble(error: unknown, message: string): void {
  log.warn({ err: error }, message);
}

function attempt(order: TaskOrder, signal: AbortSignal): Promise<void> {
  const account = { bucket: s3Bucket(s3(), mediaBucket()), onTrouble };
  return withAccount(order, account, (bucket) => perform(order, bucket, signal));
}

async function perform(order: TaskOrder, bucket: Bucket, signal: AbortSignal): Promise<void> {
  const now = () => performance.now();
  const input = await readInput(order, { bucket, signal, log });
  const work = workOf(input, order.part);
  const part = order.part ?? 0;
  const reporter = createReporter({
    ...{ ticket: { videoId: order.videoId, attempt: order.attempt }, part, ...shareOf(work, input) },
    reached: await reachedBefore(order, part),
    channels: { enterPhase, writeProgress, makePlayable, playedBy },
    signal,
    now,
    onTrouble,
  });
  const result = await processTask(input, work, {
    bucket,
    reporter,
    run: createRunTool(findTools()),
    workRoot: workRoot(),
    signal,
    now,
    log,
  });
  log.info({ outcome: result.outcome }, "the task is done");
}
