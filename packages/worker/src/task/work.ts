import type { Chunk, Timing } from "@telecine/core/plan/plan";
import type { TaskInput } from "@telecine/core/task/contract";
import type { EncodePlan } from "../ffmpeg/plan.ts";

/** What one task does of a video: all of it, or, where a plan has chunks, one of them. */
export type Work =
  { readonly kind: "whole" } | { readonly kind: "part"; readonly part: number; readonly chunk: Chunk };

/** Throws when the plan has no such part. */
export function workOf({ plan }: TaskInput, part: number | undefined): Work {
  if (part === undefined) return { kind: "whole" };
  const chunk = plan?.chunks[part];
  if (!chunk) throw new Error(`The plan has no part ${part}.`);
  return { kind: "part", part, chunk };
}

/** The timing that all tasks of a chunked plan go by. Throws where there is none. */
export function timingOf({ plan }: TaskInput): Timing {
  if (!plan?.timing) throw new Error("A plan of several parts has to know the frames of its source.");
  return plan.timing;
}

/**
 * What a task encodes of the plan for a whole video, each plan by an ffmpeg of its own. The first part takes all that is
 * not the picture along, over the full length: sound is encoded in one piece, and is little work beside a chunk.
 */
export function plansOf(plan: EncodePlan, work: Work): EncodePlan[] {
  if (work.kind === "whole") return [plan];
  const filePrefix = `part-${String(work.part).padStart(5, "0")}-`;
  const { firstFrame, frameCount } = work.chunk;
  const picture = { ...plan, firstFrame, frameCount, filePrefix, audio: [], captions: [] };
  const hasOthers = work.part === 0 && plan.audio.length + plan.captions.length > 0;
  return hasOthers ? [picture, { ...plan, filePrefix, rungs: [] }] : [picture];
}

/** How much of the whole video's work a task does, 0 to 1, and how many tasks share it. */
export function shareOf(work: Work, { plan }: TaskInput): { weight: number; parts: number } {
  if (work.kind === "whole") return { weight: 1, parts: 1 };
  const frames = plan?.timing?.frameCount ?? work.chunk.frameCount;
  return { weight: work.chunk.frameCount / frames, parts: plan?.chunks.length ?? 1 };
}
