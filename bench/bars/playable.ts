import type { Bar } from "../bar.ts";
import { middle } from "../lib/statistics.ts";

/** A video is played while it is being made: how long until then? */
export const playable: Bar = {
  name: "playable",
  title: "Until the first segments can be played",
  variants: ["job"],
  async measure({ rounds }) {
    const { job } = await rounds();
    return [
      {
        what: "time until it can be played / until all is published",
        ...middle(job.map(({ playableSeconds, wallSeconds }) => playableSeconds / wallSeconds)),
        unit: "ratio",
        goal: { atMost: 0.12 },
        note: "ffmpeg's playlist of a finished ladder: 1; the smallest rung first: 0.2",
      },
      {
        what: "time until it can be played",
        ...middle(job.map(({ playableSeconds }) => playableSeconds)),
        unit: "s",
        note: "every rung and the sound have a segment by then; the start of a machine is not in it",
      },
    ];
  },
};
