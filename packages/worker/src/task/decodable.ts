import { decodeTrackArgs } from "../ffmpeg/args.ts";
import { type EncodePlan, type SoundPlan, soundName } from "../ffmpeg/plan.ts";
import { type EncodeDependencies, runEncoder } from "./encode.ts";
import { Rejection, TaskFailure } from "./outcome.ts";

/** Half a second of most codecs; a track without a single good frame is read to its end. */
const FRAMES = 20;

/**
 * Leaves tracks of sound out of which nothing can be decoded, where there are others: one damaged commentary is no reason
 * to lose a video. A file's only track is left in, and what fails with it is the file's fault.
 */
export async function withDecodableSound(plan: EncodePlan, deps: EncodeDependencies): Promise<EncodePlan> {
  if (plan.audio.length < 2) return plan;
  const good: SoundPlan[] = [];
  for (const sound of plan.audio) if (await isDecodable(sound, plan, deps)) good.push(sound);
  const audio = good.length > 0 ? good : plan.audio.slice(0, 1);
  return { ...plan, audio: audio.map((sound, index) => ({ ...sound, name: soundName(index) })) };
}

async function isDecodable(sound: SoundPlan, plan: EncodePlan, deps: EncodeDependencies): Promise<boolean> {
  try {
    const { seconds } = await runEncoder(decodeTrackArgs(plan, sound, FRAMES), plan, deps);
    return seconds > 0;
  } catch (error) {
    const isFault =
      error instanceof Rejection || (error instanceof TaskFailure && error.code === "processing_failed");
    if (isFault) return false;
    throw error;
  }
}
