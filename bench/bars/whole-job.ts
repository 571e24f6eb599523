import type { Bar, Figure } from "../bar.ts";
import { encodesOf, type JobUsage } from "../ladder/job.ts";
import { median, middle, pairedRatio, sum } from "../lib/statistics.ts";
import { together } from "../lib/usage.ts";

/** A whole job against nothing but its encoders: what probing, decoding, scaling, sound, pictures, checks and uploads add. */
export const wholeJob: Bar = {
  name: "whole-job",
  title: "A whole job against the physical limit L (raw encodes)",
  variants: ["job", "raw"],
  async measure({ rounds }) {
    const { job, raw } = await rounds();
    const cpu = (usages: readonly { readonly cpuSeconds: number }[]) =>
      usages.map(({ cpuSeconds }) => cpuSeconds);
    return [
      {
        what: "CPU of the whole job / L",
        ...pairedRatio(cpu(job), cpu(raw)),
        unit: "ratio",
        goal: { atMost: 1.22 },
        note: "one process a rung: 1.7; a bare ffmpeg by hand: 1.2 to 1.3",
      },
      { what: "L", ...middle(cpu(raw)), unit: "s" },
      { what: "CPU of the whole job", ...middle(cpu(job)), unit: "s" },
      ...PARTS.map(([what, cpuOf]): Figure => ({
        what: `of it: ${what} / L`,
        value: median(job.map(cpuOf)) / median(cpu(raw)),
        unit: "ratio",
      })),
    ];
  },
};

/** Where the CPU time of a job goes. */
const PARTS: readonly (readonly [what: string, cpuOf: (usage: JobUsage) => number])[] = [
  ["its encode, with decoding and scaling", (usage) => together(encodesOf(usage)).cpuSeconds],
  [
    "checking the result by decoding, and the poster",
    ({ runs }) => cpuOfRuns(runs, (args) => args.includes("framecrc")),
  ],
  [
    "probing the source",
    ({ runs }) => sum(runs.filter(({ tool }) => tool === "ffprobe").map(({ cpuSeconds }) => cpuSeconds)),
  ],
  ["the worker's own process", ({ task }) => task.ownCpuSeconds],
  ["the functions before and after", ({ inspect, publish }) => inspect.cpuSeconds + publish.cpuSeconds],
];

function cpuOfRuns(runs: JobUsage["runs"], isOne: (args: readonly string[]) => boolean): number {
  return sum(runs.filter(({ args }) => isOne(args)).map(({ cpuSeconds }) => cpuSeconds));
}
