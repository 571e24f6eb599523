import { mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { SettingsInput } from "@telecine/core/settings/settings";
import type { ReadyResult, TaskOrder } from "@telecine/core/task/contract";
import pMap from "p-map";
import { readDockerfile } from "../../scripts/image/dockerfile.ts";
import { root } from "../../scripts/lib/folders.ts";
import { sum } from "../lib/statistics.ts";
import { run, together, type Usage } from "../lib/usage.ts";
import { watchProgress } from "../rig/progress.ts";
import type { Rig } from "../rig/rig.ts";
import { startSteps } from "../rig/steps.ts";
import { installTools, type MeasuredTools, type ToolRun } from "../rig/tools.ts";

/** What one task took: the worker's process and all that it starts. */
interface TaskUsage extends Usage {
  /** CPU of the worker's own process. */
  readonly ownCpuSeconds: number;
}

/** What a whole job of ours took, from the inspection of the upload to the published playlists. */
export interface JobUsage extends Usage {
  readonly task: TaskUsage;
  readonly runs: readonly ToolRun[];
  readonly inspect: Usage;
  readonly publish: Usage;
  /** When progress was written, in seconds since the first time. */
  readonly progressSeconds: readonly number[];
  /** From the beginning of the inspection until the first segments can be played. */
  readonly playableSeconds: number;
  readonly made: ReadyResult;
}

/** What the tasks of a chunked video took, without the steps around them. */
export interface ChunkedUsage extends Usage {
  readonly tasks: number;
  readonly runs: readonly ToolRun[];
  readonly made: ReadyResult;
}

/** Jobs as the app runs them: the functions and the worker as a deployment builds them, with their own links. */
export interface Jobs {
  whole(file: string, settings?: SettingsInput): Promise<JobUsage>;
  /** Seconds from the beginning of the inspection until the source can be played as it is, by copying. */
  copied(file: string): Promise<number>;
  /** One task for each chunk, as many at once as there are cores. A short clip has fewer chunks. */
  chunked(file: string, chunks: number): Promise<ChunkedUsage>;
}

interface Previewed {
  readonly published: boolean;
  readonly reason: string;
}

const BUILD = `${root}/packages/worker/build.ts`;
const DOCKERFILE = `${root}/packages/worker/Dockerfile`;
const OWN_USAGE = `${root}/bench/rig/own-usage.js`;

export async function openJobs(rig: Rig, folder: string): Promise<Jobs> {
  const video = await import("../rig/video.ts");
  const steps = await startSteps(folder);
  const tools = await installTools(folder);
  // The one file that the image holds: sources take a second of CPU to load, which no deployed task spends.
  await run({ argv: [process.execPath, "--disable-warning=ExperimentalWarning", BUILD, folder] });
  const argv = [process.execPath, ...(await imageFlags()), "--import", OWN_USAGE, join(folder, "worker.mjs")];
  const task = (order: TaskOrder) => runTask(order, argv, rig, tools, folder);
  return {
    async whole(file, settings = {}) {
      const ticket = await video.upload(file, settings);
      const startedAt = Date.now();
      const inspect = await steps.run("inspect", ticket);
      const progress = await watchProgress(rig.redis, ticket.videoId);
      const usage = await task(ticket).finally(() => progress.stop());
      const publish = await steps.run("publish", ticket);
      return {
        ...together([inspect, usage, publish]),
        ...{ inspect, task: usage, publish },
        progressSeconds: progress.times(),
        runs: await tools.takeRuns(),
        playableSeconds: ((await video.playableAt(ticket)) ?? NaN) / 1000 - startedAt / 1000,
        made: await video.readMade(ticket),
      };
    },
    async copied(file) {
      const ticket = await video.upload(file, {});
      const startedAt = Date.now();
      await steps.run("inspect", ticket);
      const { published, reason } = (await steps.run("preview", ticket)).result as Previewed;
      if (!published) throw new Error(`The source was not copied: ${reason}.`);
      return ((await video.playableAt(ticket)) ?? NaN) / 1000 - startedAt / 1000;
    },
    async chunked(file, chunks) {
      const ticket = await video.upload(file, {});
      await steps.run("inspect", ticket);
      const parts = await video.planChunks(ticket, file, chunks);
      const start = performance.now();
      const usages = await pMap(parts, (part) => task({ ...ticket, part }), {
        concurrency: availableParallelism(),
      });
      return {
        tasks: parts.length,
        cpuSeconds: sum(usages.map(({ cpuSeconds }) => cpuSeconds)),
        wallSeconds: (performance.now() - start) / 1000,
        runs: await tools.takeRuns(),
        made: await video.readMade(ticket),
      };
    },
  };
}

/** What the image tells Node.js beside the name of the worker's file. */
async function imageFlags(): Promise<string[]> {
  const steps = readDockerfile(await readFile(DOCKERFILE, "utf8")).at(-1)?.steps ?? [];
  const start = steps.find((step) => step.kind === "entrypoint")?.command ?? [];
  return start.filter((word) => /^--./.test(word));
}

async function runTask(
  order: TaskOrder,
  argv: readonly string[],
  { env }: Rig,
  tools: MeasuredTools,
  folder: string,
): Promise<TaskUsage> {
  // A disk of its own, as each task has: what another one has compiled does not help it.
  const disk = await mkdtemp(join(folder, "disk-"));
  const ownUsage = join(disk, "own-usage");
  const { cpuSeconds, wallSeconds } = await run({
    argv,
    output: "collected",
    env: {
      ...{ ...env, PATH: tools.path, TMPDIR: disk, WORK_DIR: disk },
      ...{ TASK_INPUT: JSON.stringify(order), BENCH_OWN_USAGE: ownUsage },
      // As in its image, where nothing would be left to use it.
      NODE_DISABLE_COMPILE_CACHE: "1",
    },
  });
  const ownCpuSeconds = Number(await readFile(ownUsage, "utf8"));
  await rm(disk, { recursive: true, force: true });
  return { cpuSeconds, wallSeconds, ownCpuSeconds };
}

/** The runs that try scenes before the encode. */
export function trialsOf({ runs }: { readonly runs: readonly ToolRun[] }): ToolRun[] {
  return runs.filter(({ args }) => isTrial(args));
}

const isTrial = (args: readonly string[]) => args.some((word) => /^trial-\d+\.txt$/.test(word));

/** The runs that are the encode of a task's pictures: of all rungs, with a storyboard beside them. */
export function encodesOf({ runs }: { readonly runs: readonly ToolRun[] }): ToolRun[] {
  const found = runs.filter(({ args }) => args.includes("[board]"));
  if (found.length === 0) throw new Error("Nothing was encoded.");
  return found;
}
