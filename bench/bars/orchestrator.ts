import type { Bar } from "../bar.ts";
import { encodesOf } from "../ladder/job.ts";
import { middle, pairedRatio } from "../lib/statistics.ts";
import { together } from "../lib/usage.ts";

/** What running ffmpeg by our worker costs above running it by hand. */
export const orchestrator: Bar = {
  name: "orchestrator",
  title: "A task of the worker against the ffmpeg command that it runs, by itself",
  variants: ["job", "bare"],
  async measure({ rounds }) {
    const { job, bare } = await rounds();
    const walls = bare.map(({ wallSeconds }) => wallSeconds);
    return [
      {
        what: "wall of the task / of the command",
        ...pairedRatio(
          job.map(({ task }) => task.wallSeconds),
          walls,
        ),
        unit: "ratio",
        goal: { atMost: 1.05 },
        note: "with download, probe, checks, poster and upload",
      },
      {
        what: "CPU of the worker's own process, of the whole job",
        ...middle(job.map(({ task, cpuSeconds }) => task.ownCpuSeconds / cpuSeconds)),
        unit: "share",
        goal: { atMost: 0.02 },
      },
      {
        what: "CPU of the worker's own process",
        ...middle(job.map(({ task }) => task.ownCpuSeconds)),
        unit: "s",
      },
      {
        what: "wall of the encode inside of the task / of the command",
        ...pairedRatio(
          job.map((usage) => together(encodesOf(usage)).wallSeconds),
          walls,
        ),
        unit: "ratio",
      },
      {
        what: "CPU of checking the result, of the whole job",
        ...middle(job.map(({ runs, cpuSeconds }) => cpuOf(runs, "framecrc") / cpuSeconds)),
        unit: "share",
        note: "every frame of the smallest rung and samples of the others are decoded",
      },
    ];
  },
};

function cpuOf(
  runs: readonly { readonly args: readonly string[]; readonly cpuSeconds: number }[],
  word: string,
) {
  return runs
    .filter(({ args }) => args.includes(word))
    .reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
}
