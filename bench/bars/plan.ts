import { Settings } from "@telecine/core/settings/settings";
import { usualRungs } from "@telecine/core/ladder/decide";
import { type Machine, machineOf } from "@telecine/core/plan/machine";
import { makePlan, type Planned } from "@telecine/core/plan/planner";
import { filmLike, proposalFor } from "@telecine/core/plan/propose";
import { usdFor } from "@telecine/core/price/price";
import { WORK_PRICES } from "@telecine/core/price/work-prices";
import type { Bar } from "../bar.ts";

const MINUTES = 10;
const FRAMES_PER_SECOND = 30;
/** A production whose account may use 80 vCPUs for one video. */
const PRODUCTION = { AWS_REGION: "us-east-1", WORKER_VCPU: "4", MAX_VCPU_PER_VIDEO: "80" };

/** What the planner expects of ten minutes: nothing is run, and nothing of AWS was measured here. */
export const plan: Bar = {
  name: "plan",
  title: `The plan for ${MINUTES} minutes of 1080p, by its own model`,
  async measure() {
    const machine = machineOf(PRODUCTION);
    const { estimate, chunks, task } = makePlan(film(true), machine);
    const single = makePlan(film(false), { ...machine, maxVcpu: machine.standardVcpu }).estimate;
    return [
      {
        what: "latency / of one task of 4 vCPUs",
        value: estimate.latencySeconds / single.latencySeconds,
        unit: "ratio",
        goal: { atMost: 0.15 },
        note: `${chunks.length} tasks of ${task.vcpu} vCPUs`,
      },
      {
        what: "price / of MediaConvert for the same outputs",
        value: estimate.costUsd / theirs(machine),
        unit: "ratio",
        goal: { atMost: 0.08 },
        note: "list prices, basic tier",
      },
      {
        what: "transitions beside four for each task",
        value: estimate.transitions - 4 * Math.max(chunks.length, 1),
        unit: "count",
        goal: { atMost: 10 },
      },
      { what: "price / of one task of 4 vCPUs", value: estimate.costUsd / single.costUsd, unit: "ratio" },
      { what: "latency", value: estimate.latencySeconds, unit: "s" },
      { what: "latency of one task of 4 vCPUs", value: single.latencySeconds, unit: "s" },
    ];
  },
};

/** Full HD at 8 Mb/s with sound. Pictures at uneven intervals are one task's work. */
function film(isConstant: boolean): Planned {
  const durationSeconds = MINUTES * 60;
  const known = {
    ...{ durationSeconds, sizeBytes: durationSeconds * 1e6, framesPerSecond: FRAMES_PER_SECOND },
    ...{ picture: { width: 1920, height: 1080, codec: "h264" }, soundTracks: 1, isConstant },
    peakBitrateKbps: null,
    film: filmLike(durationSeconds, FRAMES_PER_SECOND),
  };
  return proposalFor(known, Settings.parse({}), undefined);
}

/** HD is billed from 720 lines on. */
function theirs({ region }: Machine): number {
  const usd = (name: keyof typeof WORK_PRICES) => usdFor(WORK_PRICES[name], region, MINUTES);
  const rungs = usualRungs({ width: 1920, height: 1080, framesPerSecond: FRAMES_PER_SECOND });
  const pictures = rungs.map(({ height }) =>
    usd(height >= 720 ? "mediaConvert.hdMinute" : "mediaConvert.sdMinute"),
  );
  return pictures.reduce((sum, price) => sum + price, usd("mediaConvert.audioMinute"));
}
