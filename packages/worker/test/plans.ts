import type { Plan } from "@telecine/core/plan/plan";

/** A plan that is only about where to cut. */
export function planOf(timing: NonNullable<Plan["timing"]>, cuts: readonly number[]): Plan {
  const ends = [...cuts.slice(1), timing.frameCount];
  return {
    ...{ mode: "chunked", task: { vcpu: 2, memoryGb: 4, diskGb: 21 }, timing, alternatives: [] },
    chunks: cuts.map((firstFrame, index) => ({ firstFrame, frameCount: (ends[index] ?? 0) - firstFrame })),
    estimate: { latencySeconds: 1, costUsd: 0, vcpuSeconds: 0, transitions: 1 },
    reasons: ["as the test says"],
  };
}
