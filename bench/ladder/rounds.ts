import { mkdir, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import pMap from "p-map";
import { inTurns } from "../lib/turns.ts";
import { runNicely, together, type Usage } from "../lib/usage.ts";
import type { ChunkedUsage, JobUsage, Jobs } from "./job.ts";
import { type Ladder, rawInput } from "./ladder.ts";
import { type RungCommand, separateCommands } from "./separate.ts";

/**
 * The ways of encoding a ladder that are compared:
 *
 * - `job`: a whole job of ours, from the uploaded file to the published playlists, in one task.
 * - `chunked`: the tasks of the same video in several chunks.
 * - `bare`: the ffmpeg command that the job runs, by itself.
 * - `separate`: one ffmpeg a rung, one after the other.
 * - `raw`: nothing but the encoders, fed with raw pictures; its CPU time is the limit that no ladder can go below.
 */
export type Variant = "job" | "chunked" | "bare" | "separate" | "raw";

/** Of the chunked way. */
export const CHUNKS = 4;

/** What each run of each way took, in the order of the turns. */
export interface VariantRounds {
  readonly job: readonly JobUsage[];
  readonly chunked: readonly ChunkedUsage[];
  readonly bare: readonly Usage[];
  readonly separate: readonly Usage[];
  readonly raw: readonly Usage[];
}

export interface RoundsOptions {
  readonly ladder: Ladder;
  readonly jobs: () => Promise<Jobs>;
  readonly folder: string;
  readonly turns: number;
  readonly say: (text: string) => void;
}

/** Measures some of the ways in turns. The others have no runs. */
export async function runRounds(
  variants: readonly Variant[],
  { ladder, jobs, folder, turns, say }: RoundsOptions,
): Promise<VariantRounds> {
  const whole: JobUsage[] = [];
  const chunked: ChunkedUsage[] = [];
  const measurers: Record<Variant, () => Promise<Usage>> = {
    job: async () => kept(whole, await (await jobs()).whole(ladder.clip)),
    chunked: async () => kept(chunked, await (await jobs()).chunked(ladder.clip, CHUNKS)),
    bare: () => encodeInto(folder, ladder, [ladder.argv]),
    separate: () => encodeInto(folder, ladder, separateCommands(ladder.command)),
    raw: () => encodeRaws(ladder),
  };
  const measured: Partial<Record<Variant, Usage[]>> = await inTurns(
    variants,
    turns,
    async (variant, turn) => {
      const usage = await measurers[variant]();
      const { cpuSeconds, wallSeconds } = usage;
      say(
        `${variant}, ${turn + 1} of ${turns}: ${cpuSeconds.toFixed(2)} CPU-s in ${wallSeconds.toFixed(2)} s`,
      );
      return usage;
    },
  );
  const { bare = [], separate = [], raw = [] } = measured;
  return { job: whole, chunked, bare, separate, raw };
}

function kept<Value>(values: Value[], value: Value): Value {
  values.push(value);
  return value;
}

async function encodeInto(
  folder: string,
  ladder: Ladder,
  commands: readonly (readonly string[])[],
): Promise<Usage> {
  const cwd = join(folder, "encode");
  await rm(cwd, { recursive: true, force: true });
  for (const { target } of ladder.command.outputs)
    await mkdir(join(cwd, dirname(target)), { recursive: true });
  const usages: Usage[] = [];
  for (const argv of commands) usages.push(await runNicely({ argv, cwd }));
  return together(usages);
}

/** One encoder a core at a time: the machine is as busy as it is with a whole ladder. */
async function encodeRaws(ladder: Ladder): Promise<Usage> {
  await Promise.all(ladder.rungs.map((rung) => ladder.rawOf(rung)));
  const encode = async (rung: RungCommand) => {
    const input = await rawInput(ladder, rung);
    // One thread is the least work; it comes last and so counts.
    const encoder = [...rung.encoder, "-threads", "1", "-f", "null", "-"];
    return runNicely({ argv: [ladder.command.program, "-nostdin", "-v", "error", ...input, ...encoder] });
  };
  return together(await pMap(ladder.rungs, encode, { concurrency: availableParallelism() }));
}
