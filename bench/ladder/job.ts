import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { root } from "../../scripts/lib/folders.ts";
import { sum } from "../lib/statistics.ts";
import { run, type Usage } from "../lib/usage.ts";
import { watchProgress } from "../rig/progress.ts";
import type { Rig } from "../rig/rig.ts";
import { installTools, type MeasuredTools, type ToolRun } from "../rig/tools.ts";

/** What a whole job of ours took, from the inspection of the upload to the published playlists. */
export interface JobUsage extends Usage {
  /** The task alone: the worker's process and all that it starts. */
  readonly task: Usage;
  /** CPU of the worker's own process. */
  readonly ownCpuSeconds: number;
  readonly runs: readonly ToolRun[];
  readonly inspect: Usage;
  readonly publish: Usage;
  /** When progress was written, in seconds since the first time. */
  readonly progressSeconds: readonly number[];
  readonly videoId: string;
  readonly attempt: number;
}

export type RunJob = (file: string) => Promise<JobUsage>;

const WORKER = `${root}/packages/worker/src/main.ts`;
const OWN_USAGE = `${root}/bench/rig/own-usage.ts`;

/** Jobs as the app runs them: the functions' own handlers, and the worker as a process with its own links. */
export async function jobRunner(rig: Rig, folder: string): Promise<RunJob> {
  const steps = await import("../rig/video.ts");
  const tools = await installTools(folder);
  return async (file) => {
    const ticket = await steps.upload(file);
    const inspect = await steps.runInspect(ticket);
    const progress = await watchProgress(rig.redis, ticket.videoId);
    const task = await runTask(JSON.stringify(ticket), rig, tools, folder).finally(() => progress.stop());
    const progressSeconds = progress.times();
    const publish = await steps.runPublish(ticket);
    const parts = [inspect, task, publish];
    return {
      ...{ inspect, task, publish, progressSeconds, ...ticket },
      cpuSeconds: sum(parts.map(({ cpuSeconds }) => cpuSeconds)),
      wallSeconds: sum(parts.map(({ wallSeconds }) => wallSeconds)),
      ownCpuSeconds: Number(await readFile(ownUsageFile(folder), "utf8")),
      runs: await tools.takeRuns(),
    };
  };
}

const ownUsageFile = (folder: string) => join(folder, "own-usage");

async function runTask(input: string, rig: Rig, tools: MeasuredTools, folder: string): Promise<Usage> {
  const argv = [process.execPath, "--disable-warning=ExperimentalWarning", "--import", OWN_USAGE, WORKER];
  const { cpuSeconds, wallSeconds } = await run({
    argv,
    output: "collected",
    env: {
      ...rig.env,
      PATH: tools.path,
      TMPDIR: folder,
      WORK_DIR: join(folder, "work"),
      // What one task has compiled, the next one need not: so it is in an image and on this machine.
      NODE_COMPILE_CACHE: join(folder, "compiled"),
      TASK_INPUT: input,
      BENCH_OWN_USAGE: ownUsageFile(folder),
    },
  });
  return { cpuSeconds, wallSeconds };
}

/** The runs of a task that are its encode. */
export function encodeOf({ runs }: Pick<JobUsage, "runs">): ToolRun {
  const found = runs.find(({ args }) => args.includes("libx264"));
  if (!found) throw new Error("The task encoded nothing.");
  return found;
}
