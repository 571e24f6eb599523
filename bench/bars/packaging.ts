import type { Bar } from "../bar.ts";
import { encodesOf } from "../ladder/job.ts";
import { middle } from "../lib/statistics.ts";
import { together } from "../lib/usage.ts";

/** Segments leave the encoder as they are served: what is left is writing playlists and manifests. */
export const packaging: Bar = {
  name: "packaging",
  title: "HLS and DASH after the encode",
  variants: ["job"],
  async measure({ rounds }) {
    const { job } = await rounds();
    return [
      {
        what: "wall of publishing / of the encode",
        ...middle(job.map((usage) => usage.publish.wallSeconds / together(encodesOf(usage)).wallSeconds)),
        unit: "share",
        goal: { atMost: 0.015 },
        note: "concatenating and muxing anew: 1.4 % for HLS alone",
      },
      {
        what: "wall of publishing",
        ...middle(job.map(({ publish }) => publish.wallSeconds * 1000)),
        unit: "ms",
        note: "playlists, manifest, storyboard's times, and the transaction; longer for the first one of a process",
      },
    ];
  },
};
