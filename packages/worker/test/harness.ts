import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Ladder } from "@telecine/core/ladder/ladder";
import type { Plan } from "@telecine/core/plan/plan";
import type { PartProgress } from "@telecine/core/progress/progress";
import type { Settings } from "@telecine/core/settings/settings";
import type { PartResult, TaskOrder, TaskResult, TaskTicket } from "@telecine/core/task/contract";
import { createId } from "@telecine/core/util/id";
import { createRunTool, type RunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import type { Bucket } from "../src/storage/bucket.ts";
import { processTask, readInput } from "../src/task/process.ts";
import { createReporter, type WorkPhase } from "../src/task/reporter.ts";
import { shareOf, workOf } from "../src/task/work.ts";
import { folderBucket, type FolderBucket, offer } from "./folder-bucket.ts";
import type { Ready } from "./playlists.ts";

/** One task with a bucket and disk of its own, which are gone after it. */
export interface Harness {
  readonly ticket: TaskTicket;
  readonly bucket: FolderBucket;
  readonly workRoot: string;
  readonly phases: WorkPhase[];
  readonly progress: PartProgress[];
  /** The playlists that were announced before all was made. */
  readonly playable: string[];
  readonly stop: AbortController;
  run(options?: RunOptions): Promise<TaskResult>;
  runPart(part: number, options?: RunOptions): Promise<PartResult>;
}

interface RunOptions {
  readonly run?: RunTool;
  readonly enterPhase?: (phase: WorkPhase) => Promise<boolean>;
  /** Another way to the same bucket. */
  readonly bucket?: Bucket;
  /** The playlist that the video can be played by before the task begins. */
  readonly playedBy?: string;
}

export async function withTask<Result>(
  file: string,
  use: (harness: Harness) => Promise<Result>,
  {
    workFolder = "work",
    ...input
  }: { workFolder?: string; plan?: Plan; settings?: Settings; ladder?: Ladder } = {},
): Promise<Result> {
  const root = await mkdtemp(join(tmpdir(), "telecine-worker-test-"));
  try {
    const bucket = folderBucket(join(root, "bucket"));
    const ticket = { videoId: createId("video"), attempt: 1 };
    await offer(bucket, ticket, file, input);
    return await use(harness(ticket, bucket, join(root, workFolder)));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

function harness(ticket: TaskTicket, bucket: FolderBucket, workRoot: string): Harness {
  const stop = new AbortController();
  const phases: WorkPhase[] = [];
  const progress: PartProgress[] = [];
  const playable: string[] = [];
  const now = () => performance.now();
  const log = { info: () => undefined, warn: () => undefined };
  const start = async (
    order: TaskOrder,
    { run = createRunTool(findTools()), enterPhase = current, bucket: way = bucket, playedBy }: RunOptions,
  ) => {
    const channels = {
      enterPhase: ({ phase }: { phase: WorkPhase }) => {
        phases.push(phase);
        return enterPhase(phase);
      },
      writeProgress: (_: string, value: PartProgress) => Promise.resolve(void progress.push(value)),
      makePlayable: ({ hlsKey }: { hlsKey: string }) => Promise.resolve(void playable.push(hlsKey)),
      playedBy: () => Promise.resolve(playable[0] ?? playedBy ?? null),
    };
    const { signal } = stop;
    const input = await readInput(order, { bucket: way, signal, log, delaysMs: [] });
    const work = workOf(input, order.part);
    const reporter = createReporter({
      ...{ ticket, part: order.part ?? 0, ...shareOf(work, input), channels, signal, now },
      onTrouble: () => undefined,
    });
    return processTask(input, work, {
      ...{ bucket: way, reporter, run, workRoot, signal, now, log, delaysMs: [] },
    });
  };
  return {
    ...{ ticket, bucket, workRoot, phases, progress, playable, stop },
    run: async (options = {}) => {
      const result = await start(ticket, options);
      if (result.outcome === "made") throw new Error("A whole was asked for.");
      return result;
    },
    runPart: async (part, options = {}) => {
      const result = await start({ ...ticket, part }, options);
      if (result.outcome === "ready") throw new Error("A part was asked for.");
      return result;
    },
  };
}

const current = () => Promise.resolve(true);

/** Runs one file through a whole task that must succeed. */
export async function processed<Result>(
  file: string,
  use: (result: Ready, harness: Harness) => Promise<Result>,
  input: { settings?: Settings } = {},
): Promise<Result> {
  return withTask(
    file,
    async (task) => {
      const result = await task.run();
      if (result.outcome !== "ready") throw new Error(`rejected as ${result.code}`);
      return use(result, task);
    },
    input,
  );
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
