import type { Bar } from "../bar.ts";
import { pairedRatio } from "../lib/statistics.ts";

/** A whole job against one ffmpeg a rung, as PeerTube makes its ladders: same encoders, same segments. */
export const separate: Bar = {
  name: "separate",
  title: "A whole job against one ffmpeg a rung, in sequence",
  variants: ["job", "separate"],
  async measure({ rounds }) {
    const { job, separate } = await rounds();
    return [
      {
        what: "CPU",
        ...pairedRatio(
          job.map(({ cpuSeconds }) => cpuSeconds),
          separate.map(({ cpuSeconds }) => cpuSeconds),
        ),
        unit: "ratio",
        goal: { atMost: 0.7 },
        note: "the other only encodes: no probe, checks, pictures or uploads",
      },
      {
        what: "wall",
        ...pairedRatio(
          job.map(({ wallSeconds }) => wallSeconds),
          separate.map(({ wallSeconds }) => wallSeconds),
        ),
        unit: "ratio",
        goal: { atMost: 0.68 },
      },
    ];
  },
};
