import type { RunTool } from "../ffmpeg/spawn.ts";
import { type Bucket, isPassing, PATIENCE_MS } from "../storage/bucket.ts";
import type { Reporter } from "./reporter.ts";

interface TaskLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What a task works with. */
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

/** How often and how long the bucket is asked again. */
export function patience({
  signal,
  log,
  delaysMs = PATIENCE_MS,
}: Pick<TaskDependencies, "signal" | "log" | "delaysMs">) {
  const onRetry = (error: unknown) => {
    log.warn({ err: error }, "the bucket is asked again");
  };
  return { delaysMs, isRetryable: isPassing, signal, onRetry };
}

/** The same, for what brings bytes to the bucket or fetches them. */
export function transfer(deps: TaskDependencies) {
  return { bucket: deps.bucket, ...patience(deps) };
}
