import { decodePictureArgs, decodeTrackArgs } from "../ffmpeg/args.ts";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { type EncodeDependencies, runEncoder } from "./encode.ts";
import { Rejection, TaskFailure } from "./outcome.ts";

/**
 * Does some work on a source. When it fails and that is the source's own fault, throws a {@link Rejection}: nothing comes of
 * its picture or of its sound when each is decoded by itself either. What fails so fails in every attempt.
 */
export async function blamingSource<Result>(
  plan: EncodePlan,
  deps: EncodeDependencies,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await throwBlame(plan, deps, error);
    throw error;
  }
}

async function throwBlame(plan: EncodePlan, deps: EncodeDependencies, failure: unknown): Promise<void> {
  if (!(failure instanceof TaskFailure) || failure.code !== "processing_failed") return;
  try {
    const { frames } = await runEncoder(decodePictureArgs(plan), plan, deps);
    if (frames === 0) throw new Rejection("source_corrupt", { cause: failure });
    for (const sound of plan.audio) await runEncoder(decodeTrackArgs(plan, sound), plan, deps);
  } catch (error) {
    const failsAgain = error instanceof TaskFailure && error.code === "processing_failed";
    throw failsAgain ? new Rejection("source_corrupt", { cause: failure }) : error;
  }
}
