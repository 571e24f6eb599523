import { encodeArgs } from "../ffmpeg/args.ts";
import type { EncodePlan, SoundPlan } from "../ffmpeg/plan.ts";
import { decodeSoundArgs } from "../ffmpeg/sound.ts";
import { type EncodeDependencies, runEncoder } from "./encode.ts";
import { withLoudness } from "./loudness.ts";

const SOUND_FILE = "sound.mka";

/**
 * Makes a track of sound once more whose form changes midway, as broadcasts do between six channels and two: ffmpeg then
 * starts its filters anew, which loses their place in time. In one form throughout, on disk, it is encoded like others.
 */
export async function repairSound(name: string, plan: EncodePlan, deps: EncodeDependencies): Promise<void> {
  for (const sound of plan.audio.filter((track) => track.name === name)) await remake(sound, plan, deps);
}

async function remake(sound: SoundPlan, plan: EncodePlan, deps: EncodeDependencies): Promise<void> {
  await runEncoder(decodeSoundArgs(plan, sound, SOUND_FILE), plan, deps);
  const startSeconds = Math.max(sound.startSeconds - plan.video.startSeconds, 0);
  const again: EncodePlan = {
    ...plan,
    source: SOUND_FILE,
    video: { ...plan.video, startSeconds: 0 },
    audio: [{ name: sound.name, streamIndex: 0, startSeconds, unknownLayout: false }],
    // What was heard of it before was not in its place.
    gains: plan.gains === "none" ? "none" : "wanted",
    captions: [],
    rungs: [],
  };
  await runEncoder(encodeArgs(await withLoudness(again, deps)), plan, deps);
}
