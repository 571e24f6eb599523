import { AROUND } from "./assumptions.ts";
import type { Machine } from "./machine.ts";
import type { Alternative } from "./plan.ts";
import type { Obstacle, Way } from "./planner.ts";

export interface Decision {
  readonly chosen: Way;
  /** One task of the size that is taken where nothing speaks for others. */
  readonly standard: Way;
  readonly machine: Machine;
  readonly obstacle: Obstacle | null;
  readonly maxCostUsd: number | undefined;
}

const OBSTACLES: Readonly<Record<Obstacle, string>> = {
  unknown: "One task, because the file's headers do not tell its frames: the task measures them.",
  trial: "One task, because scenes of the video are tried first to decide how it is encoded.",
  uneven: "One task, because the pictures come at uneven intervals.",
  short: `One task, because the video is short: a task takes about ${AROUND.startSeconds.value} seconds to start, and each is billed for a minute at least.`,
};

/** Why a video is encoded as it is, for people. */
export function reasonsOf({ chosen, standard, machine, obstacle, maxCostUsd }: Decision): string[] {
  const { costBound, maxVcpu, maxTasks } = machine;
  const price = times(chosen.estimate.costUsd / standard.estimate.costUsd);
  const time = times(chosen.estimate.latencySeconds / standard.estimate.latencySeconds);
  const reference = `one task of ${vcpus(standard.task.vcpu)}`;
  const isStandard = chosen.chunks.length === 0 && chosen.task.vcpu === standard.task.vcpu;
  const isLimited = maxCostUsd !== undefined && maxCostUsd < standard.estimate.costUsd * costBound;
  return [
    ...(obstacle ? [OBSTACLES[obstacle]] : []),
    isStandard
      ? `${nameOf(chosen)}: nothing faster costs at most ${times(costBound)} as much.`
      : `${nameOf(chosen)}: ${time} the time of ${reference} at ${price} its price.`,
    ...(isLimited
      ? [`The video's own limit of $${maxCostUsd} counts.`]
      : [`A faster way may cost ${times(costBound)} as much as ${reference}, at most.`]),
    ...(obstacle ? [] : [`At most ${maxTasks} tasks and ${vcpus(maxVcpu)} at once.`]),
  ];
}

function nameOf({ task, chunks }: Way): string {
  const size = vcpus(task.vcpu);
  return chunks.length > 0 ? `${chunks.length} tasks of ${size}, one for each chunk` : `One task of ${size}`;
}

const vcpus = (count: number) => (count === 1 ? "1 vCPU" : `${count} vCPUs`);
const times = (factor: number) => `${Math.round(factor * 100) / 100} times`;

/** So many are told of. */
const MOST = 6;

/** What else was weighed: of all other ways those that no other beats in both time and price, a few from cheap to fast. */
export function alternativesOf(ways: readonly Way[], chosen: Way): Alternative[] {
  const others = ways.filter((way) => way !== chosen);
  const byPrice = [...others].sort((a, b) => a.estimate.costUsd - b.estimate.costUsd);
  let fastest = Infinity;
  const unbeaten = byPrice.filter(({ estimate: { latencySeconds } }) => {
    if (latencySeconds >= fastest) return false;
    fastest = latencySeconds;
    return true;
  });
  const step = Math.max(1, (unbeaten.length - 1) / (MOST - 1));
  const picked = new Set(
    Array.from({ length: Math.min(MOST, unbeaten.length) }, (_, index) => unbeaten[Math.round(index * step)]),
  );
  return [...picked].filter((way) => way !== undefined).map(toAlternative);
}

function toAlternative({ task, chunks, estimate: { latencySeconds, costUsd } }: Way): Alternative {
  return { tasks: Math.max(1, chunks.length), vcpu: task.vcpu, latencySeconds, costUsd };
}
