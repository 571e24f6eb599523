import type { Bar } from "../bar.ts";
import { middle, pairedRatio } from "../lib/statistics.ts";

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
    ];
  },
};
