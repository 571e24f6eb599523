import type { EncodePlan } from "../ffmpeg/plan.ts";
import { landingArgs, secondsOf } from "../ffmpeg/seek.ts";
import { TaskFailure } from "../task/outcome.ts";
import { type InspectDependencies, invocation } from "./inspect.ts";

/** A clock of milliseconds puts a picture beside its frame by less. */
const NEAR_FRAMES = 0.25;

const TIMEOUT_MS = 60_000;

/**
 * The plan of a part, read from no earlier keyframe than its first frame needs. Throws a TaskFailure when the source cannot
 * be read.
 *
 * A reader that is sent to a time goes to the last keyframe that is decoded by then. If that one is shown by the time of the
 * first frame, nothing that is shown later is decoded before it, and it is where reading begins. Otherwise pictures are
 * reordered around the first frame, and the plan stays as it is: read from a second before. So it does where fields are made
 * frames, which takes a look at the frame before.
 */
export async function readFromKeyframe(plan: EncodePlan, deps: InspectDependencies): Promise<EncodePlan> {
  if (plan.firstFrame === 0 || plan.video.interlaced) return plan;
  const seconds = secondsOf(plan.firstFrame + NEAR_FRAMES, plan);
  const shown = await shownAfterSeek(plan, seconds, deps);
  return shown !== undefined && shown <= seconds ? { ...plan, seekSeconds: seconds } : plan;
}

/** When the keyframe is shown that reading begins with; undefined when it begins with none, or with one that is hidden. */
async function shownAfterSeek(
  plan: EncodePlan,
  seconds: number,
  deps: InspectDependencies,
): Promise<number | undefined> {
  const args = landingArgs(plan, seconds);
  const { exitCode, output, errors } = await deps.run({
    ...invocation("ffprobe", args, TIMEOUT_MS, deps),
    maxOutputBytes: 10_000,
  });
  if (exitCode !== 0) throw new TaskFailure("processing_failed", `ffprobe cannot read the source: ${errors}`);
  const [, time, flags] = /^(-?[\d.]+),(\w+)/.exec(output) ?? [];
  return time && flags?.includes("K") && !flags.includes("D") ? Number(time) : undefined;
}
