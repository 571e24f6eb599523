import type { Plan, Timing } from "@telecine/core/plan/plan";
import type { TaskInput } from "@telecine/core/task/contract";
import type { EncodePlan } from "../ffmpeg/plan.ts";

/** What one task does of a video: all of it, or a part where a plan has chunks. */
export type Work =
  | { readonly kind: "whole" }
  | { readonly kind: "picture"; readonly part: number; readonly chunk: Plan["chunks"][number] }
  /** Everything but the picture, over the full length. */
  | { readonly kind: "sound"; readonly part: number };

/** The share of a chunked video's work that is not its picture. */
const SOUND_SHARE = 0.03;

/** Throws when the plan has no such part. */
export function workOf({ plan }: TaskInput, part: number | undefined): Work {
  if (part === undefined) return { kind: "whole" };
  const chunk = plan?.chunks[part];
  if (chunk) return { kind: "picture", part, chunk };
  if (plan && plan.chunks.length > 0 && part === plan.chunks.length) return { kind: "sound", part };
  throw new Error(`The plan has no part ${part}.`);
}

/** The timing that all tasks of a chunked plan go by. Throws where there is none. */
export function timingOf({ plan }: TaskInput): Timing {
  if (!plan?.timing) throw new Error("A plan of several parts has to know the frames of its source.");
  return plan.timing;
}

/** What a task makes of the plan for a whole video. */
export function partOf(plan: EncodePlan, work: Work): EncodePlan {
  if (work.kind === "whole") return plan;
  const filePrefix = `part-${String(work.part).padStart(5, "0")}-`;
  if (work.kind === "sound") return { ...plan, filePrefix, rungs: [] };
  const { firstFrame, frameCount } = work.chunk;
  return { ...plan, firstFrame, frameCount, filePrefix, audio: [] };
}

/** How much of the whole video's work a task does, 0 to 1, and how many tasks share it. */
export function shareOf(work: Work, { plan }: TaskInput): { weight: number; parts: number } {
  const parts = (plan?.chunks.length ?? 0) + 1;
  if (work.kind === "whole") return { weight: 1, parts: 1 };
  if (work.kind === "sound") return { weight: SOUND_SHARE, parts };
  const frames = plan?.timing?.frameCount ?? work.chunk.frameCount;
  return { weight: (1 - SOUND_SHARE) * (work.chunk.frameCount / frames), parts };
}
