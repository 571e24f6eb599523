import { z } from "zod";
import { PHASES, type Phase } from "../video/status.ts";

/** Live progress of one attempt, as readers are shown it. Without it, they are shown the phase that PostgreSQL knows. */
export const Progress = z.object({
  attempt: z.int().positive(),
  phase: z.enum(PHASES),
  /** Of the whole attempt, 0 to 1; never falls within an attempt. */
  progress: z.number().min(0).max(1),
  /** Source seconds encoded per second of wall clock, while encoding; of all tasks together. */
  speed: z.number().nonnegative().nullable(),
  etaSeconds: z.number().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;

/**
 * What one task tells of its part. It lies in Redis, in a field of the hash `progress:<videoId>:parts`, for ten minutes
 * after the last change of any, and is no truth.
 */
export const PartProgress = z.object({
  ...Progress.shape,
  /** Counts from 0; the only task of an attempt does part 0. */
  part: z.int().nonnegative(),
  /** The part's share of the whole attempt, 0 to 1. */
  weight: z.number().min(0).max(1),
});
export type PartProgress = z.infer<typeof PartProgress>;

export const PROGRESS_TTL_SECONDS = 600;

export function progressKey(videoId: string): string {
  return `progress:${videoId}:parts`;
}

/** The progress of the newest attempt that any of the parts belongs to; undefined where there is none. */
export function combine(all: readonly PartProgress[]): Progress | undefined {
  const attempt = Math.max(...all.map((part) => part.attempt));
  const parts = all.filter((part) => part.attempt === attempt);
  const [first] = parts;
  if (!first) return undefined;
  if (parts.length === 1 && first.weight === 1) {
    const { phase, progress, speed, etaSeconds } = first;
    return { attempt, phase, progress, speed, etaSeconds };
  }
  const progress = Math.min(1, sum(parts.map((part) => part.weight * part.progress)));
  const speeds = parts.flatMap(({ speed }) => speed ?? []);
  return {
    attempt,
    phase: latestOf(parts),
    progress: Math.round(progress * 1e4) / 1e4,
    speed: speeds.length > 0 ? Math.round(sum(speeds) * 100) / 100 : null,
    etaSeconds: etaOf(parts, progress),
  };
}

/** The slowest part, or what is left at the pace of those that are under way: parts may wait for their turn. */
function etaOf(parts: readonly PartProgress[], progress: number): number | null {
  const running = parts.flatMap((part) =>
    part.etaSeconds === null ? [] : [{ ...part, etaSeconds: part.etaSeconds }],
  );
  if (running.length === 0) return null;
  const pace = sum(running.map((part) => (part.weight * (1 - part.progress)) / Math.max(part.etaSeconds, 1)));
  const slowest = Math.max(...running.map((part) => part.etaSeconds));
  return Math.round(Math.max(slowest, pace > 0 ? (1 - progress) / pace : 0));
}

function latestOf(parts: readonly PartProgress[]): Phase {
  return PHASES[Math.max(...parts.map(({ phase }) => PHASES.indexOf(phase)))] ?? "encoding";
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
