import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Progress } from "@telecine/core/progress/progress";
import type { TaskResult, TaskTicket } from "@telecine/core/task/contract";
import { createId } from "@telecine/core/util/id";
import { createRunTool, type RunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import { processTask } from "../src/task/process.ts";
import { createReporter, type WorkPhase } from "../src/task/reporter.ts";
import { folderBucket, type FolderBucket, offer } from "./folder-bucket.ts";
import type { Ready } from "./playlists.ts";

/** One task with a bucket and disk of its own, which are gone after it. */
export interface Harness {
  readonly ticket: TaskTicket;
  readonly bucket: FolderBucket;
  readonly workRoot: string;
  readonly phases: WorkPhase[];
  readonly progress: Progress[];
  readonly stop: AbortController;
  run(options?: {
    readonly run?: RunTool;
    readonly enterPhase?: (phase: WorkPhase) => Promise<boolean>;
  }): Promise<TaskResult>;
}

export async function withTask<Result>(
  file: string,
  use: (harness: Harness) => Promise<Result>,
  workFolder = "work",
): Promise<Result> {
  const root = await mkdtemp(join(tmpdir(), "telecine-worker-test-"));
  try {
    const bucket = folderBucket(join(root, "bucket"));
    const ticket = { videoId: createId("video"), attempt: 1 };
    await offer(bucket, ticket, file);
    return await use(harness(ticket, bucket, join(root, workFolder)));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function harness(ticket: TaskTicket, bucket: FolderBucket, workRoot: string): Harness {
  const stop = new AbortController();
  const phases: WorkPhase[] = [];
  const progress: Progress[] = [];
  const now = () => performance.now();
  return {
    ...{ ticket, bucket, workRoot, phases, progress, stop },
    run: ({ run = createRunTool(findTools()), enterPhase = () => Promise.resolve(true) } = {}) => {
      const channels = {
        enterPhase: ({ phase }: { phase: WorkPhase }) => {
          phases.push(phase);
          return enterPhase(phase);
        },
        writeProgress: (_: string, value: Progress) => {
          progress.push(value);
          return Promise.resolve();
        },
      };
      const reporter = createReporter({
        ticket,
        channels,
        signal: stop.signal,
        now,
        onTrouble: () => undefined,
      });
      const log = { info: () => undefined, warn: () => undefined };
      return processTask(ticket, {
        bucket,
        reporter,
        run,
        workRoot,
        signal: stop.signal,
        now,
        log,
        delaysMs: [],
      });
    },
  };
}

/** Runs one file through a whole task that must succeed. */
export async function processed<Result>(
  file: string,
  use: (result: Ready, harness: Harness) => Promise<Result>,
): Promise<Result> {
  return withTask(file, async (task) => {
    const result = await task.run();
    if (result.outcome !== "ready") throw new Error(`rejected as ${result.code}`);
    return use(result, task);
  });
}

/** The code that a file is rejected with. */
export async function rejectionOf(file: string): Promise<string> {
  return withTask(file, async (task) => {
    const result = await task.run();
    return result.outcome === "rejected" ? result.code : "accepted";
  });
}

/** What is left on the task's disk. */
export async function leftovers({ workRoot }: Harness): Promise<string[]> {
  return readdir(workRoot);
}
