import { closeCache } from "@telecine/core/cache/client";
import { closeDatabase } from "@telecine/core/database/client";
import { writeProgress } from "@telecine/core/progress/store";
import { mediaBucket, s3 } from "@telecine/core/storage/client";
import { TaskTicket } from "@telecine/core/task/contract";
import { log, withLog } from "@telecine/core/util/log";
import { enterPhase } from "@telecine/core/video/phase";
import { createRunTool } from "./ffmpeg/spawn.ts";
import { findTools } from "./ffmpeg/tools.ts";
import { s3Bucket } from "./storage/bucket.ts";
import { supervise } from "./supervise.ts";
import { processTask } from "./task/process.ts";
import { createReporter } from "./task/reporter.ts";
import { workRoot } from "./workdir.ts";

/** Runs the task that the environment names, and gives the code that the process exits with. */
export async function runTask(env: NodeJS.ProcessEnv = process.env): Promise<number> {
  if (env.TASK_INPUT === undefined) throw new Error("TASK_INPUT is not set. See --help.");
  const ticket = TaskTicket.parse(JSON.parse(env.TASK_INPUT));
  return withLog({ ...ticket }, async () => {
    try {
      return await supervise((signal) => attempt(ticket, signal));
    } finally {
      await Promise.allSettled([closeDatabase(), closeCache()]);
    }
  });
}

async function attempt(ticket: TaskTicket, signal: AbortSignal): Promise<void> {
  const now = () => performance.now();
  const onTrouble = (error: unknown, message: string) => {
    log.warn({ err: error }, message);
  };
  const reporter = createReporter({
    ticket,
    channels: { enterPhase, writeProgress },
    signal,
    now,
    onTrouble,
  });
  const result = await processTask(ticket, {
    bucket: s3Bucket(s3(), mediaBucket()),
    reporter,
    run: createRunTool(findTools()),
    workRoot: workRoot(),
    signal,
    now,
    log,
  });
  log.info({ outcome: result.outcome }, "the task is done");
}
