import { toNumber } from "@telecine/core/media/rational";
import { RUNNING } from "./common.ts";
import { pictureGraph, storyboardArgs } from "./picture.ts";
import type { EncodePlan, SoundPlan } from "./plan.ts";
import { addressOf, hardened } from "./read-args.ts";
import { audioArgs, firstChannels } from "./sound.ts";
import { renditionArgs } from "./video-encoder.ts";
import { words } from "./words.ts";

/** ffmpeg: the picture of a source, decoded in the form that an encode needs and thrown away. */
export function decodePictureArgs({ source, video }: EncodePlan): string[] {
  return nullArgs(source, words`-map 0:${video.streamIndex} -vf format=yuv420p`);
}

/** ffmpeg: one track of a source in the form that an encode needs, all of it or its first frames, and thrown away. */
export function decodeTrackArgs({ source }: EncodePlan, sound: SoundPlan, frames?: number): string[] {
  const filters = [...firstChannels(sound), "aformat=channel_layouts=stereo"];
  return nullArgs(source, [
    ...words`-map 0:${sound.streamIndex} -af ${filters.join()}`,
    ...(frames === undefined ? [] : words`-frames:a ${frames}`),
  ]);
}

function nullArgs(source: string, decoded: readonly string[]): string[] {
  return [
    ...RUNNING,
    ...hardened(source),
    ...words`-i ${addressOf(source)}`,
    ...decoded,
    ...words`-f null -`,
  ];
}

/** ffmpeg: all renditions and the sound from one decode. */
export function encodeArgs(plan: EncodePlan): string[] {
  return [
    ...RUNNING,
    ...hardened(plan.source),
    // The file's own clock, so that sound and picture are placed by what the packets say. A picture that changes its
    // size midway (screen sharing does) is scaled; a rebuilt filter graph would begin again at zero.
    ...words`-copyts -reinit_filter:v 0`,
    ...seekArgs(plan),
    ...words`-i ${addressOf(plan.source)}`,
    ...(plan.rungs.length > 0 ? words`-filter_complex ${pictureGraph(plan)}` : []),
    ...plan.rungs.flatMap((rung, index) => renditionArgs(rung, index, plan)),
    ...plan.audio.flatMap((sound) => audioArgs(plan, sound)),
    ...(plan.rungs.length > 0 ? storyboardArgs(plan) : []),
  ];
}

/**
 * More than any encoder reorders pictures by: seeking goes by decoding times, and what is shown when the chunk begins may
 * be a picture that is decoded later.
 */
const PRE_ROLL_SECONDS = 1;

/**
 * A chunk is read from the keyframe before its beginning. All that is decoded goes through the same filters as in one
 * piece, which count from the video's own beginning and let through only the chunk: no frame is shown twice or left out.
 */
function seekArgs({ firstFrame, frameRate, video }: EncodePlan): string[] {
  if (firstFrame === 0) return [];
  const seconds = video.startSeconds + firstFrame / toNumber(frameRate) - PRE_ROLL_SECONDS;
  return words`-noaccurate_seek -seek_timestamp 1 -ss ${Math.max(seconds, video.startSeconds).toFixed(6)}`;
}
