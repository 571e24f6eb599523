import { encodeArgs } from "../ffmpeg/args.ts";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { decodeSoundArgs } from "../ffmpeg/sound.ts";
import { type EncodeDependencies, runEncoder } from "./encode.ts";

const SOUND_FILE = "sound.mka";

/**
 * Makes the sound once more where its form changes midway, as broadcasts do between six channels and two: ffmpeg then
 * starts its filters anew, which loses their place in time. In one form throughout, on disk, it is encoded like others.
 */
export async function repairSound(plan: EncodePlan, deps: EncodeDependencies): Promise<void> {
  if (!plan.audio) return;
  await runEncoder(decodeSoundArgs(plan, SOUND_FILE), plan, deps);
  const startSeconds = Math.max(plan.audio.startSeconds - plan.video.startSeconds, 0);
  const again: EncodePlan = {
    ...plan,
    source: SOUND_FILE,
    video: { ...plan.video, startSeconds: 0 },
    audio: { streamIndex: 0, startSeconds, unknownLayout: false },
    rungs: [],
  };
  await runEncoder(encodeArgs(again), plan, deps);
}
