import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bench } from "./bar.ts";
import { openJobs } from "./ladder/job.ts";
import { type Footage, makeClip, SAMPLE } from "./ladder/clip.ts";
import { prepareLadder } from "./ladder/ladder.ts";
import { runRounds, type Variant } from "./ladder/rounds.ts";
import { endAll } from "./lib/usage.ts";
import { startRig } from "./rig/rig.ts";

export interface BenchOptions {
  readonly runs: number;
  readonly clipSeconds: number;
  /** What clips are made of; the sample by default. */
  readonly footage?: Footage;
  /** What the chosen bars compare. */
  readonly variants: readonly Variant[];
  readonly say: (text: string) => void;
}

/** Opens what bars measure with, in a temporary folder. */
export async function openBench(options: BenchOptions): Promise<Bench & { close(): Promise<void> }> {
  const { runs, clipSeconds, footage = SAMPLE, variants, say } = options;
  const root = await mkdtemp(join(tmpdir(), "telecine-bench-"));
  const folder = async (name: string) => {
    const path = join(root, name);
    await mkdir(path, { recursive: true });
    return path;
  };
  const rig = once(async () => startRig(await folder("rig")));
  const ladder = once(async () => prepareLadder(await folder("ladder"), clipSeconds, footage));
  const jobs = once(async () => {
    const opened = await openJobs(await rig(), await folder("job"));
    // Not counted: the first of everything, which brings ffmpeg and the rest into memory.
    await opened.whole(await makeClip(await folder("warm"), 1, footage));
    return opened;
  });
  const rounds = once(async () =>
    runRounds(variants, { ladder: await ladder(), jobs, folder: await folder("rounds"), turns: runs, say }),
  );
  return {
    ...{ runs, say, folder, rig, ladder, jobs, rounds },
    // Asked for by whoever interrupts, and again by whoever was interrupted.
    close: once(async () => {
      endAll();
      const running = await rig.made()?.catch(() => undefined); // what could not be started has ended itself
      await running?.stop();
      await rm(root, { recursive: true, force: true, maxRetries: 3 });
    }),
  };
}

/** Makes a thing when it is first asked for. */
function once<Thing>(
  make: () => Promise<Thing>,
): (() => Promise<Thing>) & { made(): Promise<Thing> | undefined } {
  let made: Promise<Thing> | undefined;
  return Object.assign(() => (made ??= make()), { made: () => made });
}
