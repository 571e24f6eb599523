import { RUNNING } from "./common.ts";
import { pictureGraph, storyboardArgs } from "./picture.ts";
import type { EncodePlan } from "./plan.ts";
import { HARDENED } from "./read-args.ts";
import { audioArgs, firstChannels } from "./sound.ts";
import { renditionArgs } from "./video-encoder.ts";
import { words } from "./words.ts";

/** ffmpeg: the picture or the sound of a source, decoded in the form that an encode needs and thrown away. */
export function decodeArgs({ source, video, audio }: EncodePlan, what: "picture" | "sound"): string[] {
  const decoded =
    what === "picture"
      ? words`-map 0:${video.streamIndex} -vf format=yuv420p`
      : words`-map 0:${audio?.streamIndex ?? "a:0"} -af ${[...firstChannels(audio), "aformat=channel_layouts=stereo"].join()}`;
  return [...RUNNING, ...HARDENED, ...words`-i file:${source}`, ...decoded, ...words`-f null -`];
}

/** ffmpeg: all renditions and the sound from one decode. */
export function encodeArgs(plan: EncodePlan): string[] {
  return [
    ...RUNNING,
    ...HARDENED,
    // The file's own clock, so that sound and picture are placed by what the packets say. A picture that changes its
    // size midway (screen sharing does) is scaled; a rebuilt filter graph would begin again at zero.
    ...words`-copyts -reinit_filter:v 0 -i file:${plan.source}`,
    ...(plan.rungs.length > 0 ? words`-filter_complex ${pictureGraph(plan)}` : []),
    ...plan.rungs.flatMap((rung, index) => renditionArgs(rung, index, plan)),
    ...(plan.audio ? audioArgs(plan, plan.audio) : []),
    ...(plan.rungs.length > 0 ? storyboardArgs() : []),
  ];
}
