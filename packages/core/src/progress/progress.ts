import { z } from "zod";
import { PHASES } from "../video/status.ts";

/**
 * Live progress of one attempt. It lies in Redis under `progress:<videoId>` for ten minutes after its last change and is
 * no truth: without it, a reader shows the phase that PostgreSQL knows.
 */
export const Progress = z.object({
  attempt: z.int().positive(),
  phase: z.enum(PHASES),
  /** Of the whole attempt, 0 to 1; never falls within an attempt. */
  progress: z.number().min(0).max(1),
  /** Source seconds encoded per second of wall clock, while encoding. */
  speed: z.number().nonnegative().nullable(),
  etaSeconds: z.number().nonnegative().nullable(),
});
export type Progress = z.infer<typeof Progress>;

export const PROGRESS_TTL_SECONDS = 600;

export function progressKey(videoId: string): string {
  return `progress:${videoId}`;
}
