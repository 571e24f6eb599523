import { sample } from "../../scripts/lib/folders.ts";
import type { Bar } from "../bar.ts";
import { middle } from "../lib/statistics.ts";

/** A video is played while it is being made: how long until then? */
export const playable: Bar = {
  name: "playable",
  title: "Until the first segments can be played",
  variants: ["job"],
  async measure({ rounds, jobs, runs }) {
    const { job } = await rounds();
    const copied = [];
    for (let turn = 0; turn < runs; turn++) copied.push(await (await jobs()).copied(sample));
    return [
      {
        what: "time until it can be played / until all is published",
        ...middle(job.map(({ playableSeconds, wallSeconds }) => playableSeconds / wallSeconds)),
        unit: "ratio",
        goal: { atMost: 0.12 },
        note: "ffmpeg's playlist of a finished ladder: 1; all of the smallest rung first: 0.2",
      },
      {
        what: "time until it can be played",
        ...middle(job.map(({ playableSeconds }) => playableSeconds)),
        unit: "s",
        note: "the smallest rung and the sound have a segment by then; the start of a machine is not in it",
      },
      {
        what: "time until a source that players can play is shown as it is",
        ...middle(copied),
        unit: "s",
        goal: { atMost: 2 },
        note: "its packets are copied; the event of the upload and the start of the execution are not in it",
      },
    ];
  },
};
