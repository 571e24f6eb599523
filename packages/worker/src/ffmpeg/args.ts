import type { Rung } from "@telecine/core/ladder/ladder";
import { toNumber } from "@telecine/core/media/rational";
import { captionArgs } from "./captions.ts";
import { RUNNING } from "./common.ts";
import { pictureArgs, pictureGraph, rungGraph } from "./picture.ts";
import type { EncodePlan, SoundPlan } from "./plan.ts";
import { addressOf, hardened } from "./read-args.ts";
import { seekArgs } from "./seek.ts";
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
    ...inputArgs(plan),
    ...(plan.rungs.length > 0 ? words`-filter_complex ${pictureGraph(plan)}` : []),
    ...plan.rungs.flatMap((rung, index) => renditionArgs(rung, index, plan)),
    ...plan.audio.flatMap((sound) => audioArgs(plan, sound)),
    ...(plan.rungs.length > 0 ? pictureArgs(plan) : []),
    ...captionArgs(plan),
  ];
}

/** So much more of a sound than its first fragment holds: the encoder knows what follows then, and where to cut. */
const SOUND_AHEAD_SECONDS = 0.25;

/** ffmpeg: the first group of pictures of one rung, and of the sound what is beside it and a little more. */
export function headArgs(rung: Rung, plan: EncodePlan): string[] {
  const head = { ...plan, firstFrame: 0, frameCount: plan.framesPerGroup };
  const framesAhead = Math.ceil(SOUND_AHEAD_SECONDS * toNumber(plan.frameRate));
  const heard = { ...head, frameCount: head.frameCount + framesAhead };
  return [
    ...inputArgs(head),
    ...words`-filter_complex ${rungGraph(rung, head)}`,
    ...renditionArgs(rung, 0, head),
    ...plan.audio.flatMap((sound) => audioArgs(heard, sound)),
  ];
}

function inputArgs(plan: EncodePlan): string[] {
  return [
    ...RUNNING,
    ...hardened(plan.source),
    // The file's own clock, so that sound and picture are placed by what the packets say. A picture that changes its
    // size midway (screen sharing does) is scaled; a rebuilt filter graph would begin again at zero.
    ...words`-copyts -reinit_filter:v 0`,
    ...seekArgs(plan),
    ...words`-i ${addressOf(plan.source)}`,
  ];
}
