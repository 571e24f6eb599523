import { z } from "zod";
import type { Market } from "../price/bill.ts";
import { findRegion } from "../price/price.ts";
import type { Settings } from "../settings/settings.ts";

/** Where tasks run, and what may be used of it. */
export interface Machine extends Market {
  /** vCPUs of the task that a video takes where nothing speaks for others. */
  readonly standardVcpu: number;
  /** vCPUs that one video may use at once: a part of the account's quota. */
  readonly maxVcpu: number;
  /** Tasks that one video may have at once. */
  readonly maxTasks: number;
  /** How much more than a single task of the standard size a faster way may cost, as a factor. */
  readonly costBound: number;
  /** US dollars that any video may cost, as estimated. */
  readonly maxCostUsd: number | undefined;
}

/** An inline Map of Step Functions runs 40 of its items at once, and no more. */
const MAP_CONCURRENCY = 40;

/**
 * The lowest that still brings a video of ten minutes to 0.15 of the time that one task of 4 vCPUs takes: each task is billed for a minute
 * at least, and for a start of 20 seconds.
 */
const COST_BOUND = 1.4;

const vcpu = z.coerce.number().positive();

const Environment = z.object({
  AWS_REGION: z.string().optional(),
  WORKER_ARCHITECTURE: z.enum(["ARM64", "X86_64"]).default("ARM64"),
  WORKER_VCPU: vcpu.default(4),
  MAX_VCPU_PER_VIDEO: vcpu.default(6),
  COST_BOUND: z.coerce.number().min(1).default(COST_BOUND),
  MAX_COST_USD: z.coerce.number().positive().optional(),
});

/** US dollars that a video may cost, as estimated: its own limit or the stage's, whichever is lower. */
export function limitOf({ maxCostUsd }: Pick<Settings, "maxCostUsd">, machine: Machine): number | undefined {
  const limits = [maxCostUsd, machine.maxCostUsd].filter((limit) => limit !== undefined);
  return limits.length > 0 ? Math.min(...limits) : undefined;
}

/** Reads what infrastructure says of its tasks. A region whose prices are not known is taken for the app's own. */
export function machineOf(environment: Readonly<Record<string, string | undefined>>): Machine {
  const parsed = Environment.parse(environment);
  return {
    region: findRegion(parsed.AWS_REGION) ?? "ap-northeast-1",
    architecture: parsed.WORKER_ARCHITECTURE,
    standardVcpu: parsed.WORKER_VCPU,
    maxVcpu: Math.max(parsed.MAX_VCPU_PER_VIDEO, parsed.WORKER_VCPU),
    maxTasks: MAP_CONCURRENCY,
    costBound: parsed.COST_BOUND,
    maxCostUsd: parsed.MAX_COST_USD,
  };
}
