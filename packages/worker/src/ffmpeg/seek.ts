import { toNumber } from "@telecine/core/media/rational";
import type { EncodePlan } from "./plan.ts";
import { addressOf, hardened } from "./read-args.ts";
import { words } from "./words.ts";

/**
 * Seeking goes by decoding times, and the picture that is shown when a part begins may be decoded later than others that
 * follow it. More than any encoder reorders pictures by.
 */
const PRE_ROLL_SECONDS = 1;

/**
 * A part of a video is read from a keyframe at its first frame or before. All that is decoded goes through the same filters
 * as in one piece, which count from the video's own beginning and let through only the part: no frame is shown twice or
 * left out.
 */
export function seekArgs(plan: EncodePlan): string[] {
  const { firstFrame, video, seekSeconds } = plan;
  if (firstFrame === 0) return [];
  const early = Math.max(secondsOf(firstFrame, plan) - PRE_ROLL_SECONDS, video.startSeconds);
  return words`-noaccurate_seek -seek_timestamp 1 -ss ${clock(seekSeconds ?? early)}`;
}

/** ffprobe: the first packet of a picture that ffmpeg reads when it is sent to a time, as `4.004000,K_`. */
export function landingArgs({ source, video: { streamIndex } }: EncodePlan, seconds: number): string[] {
  return [
    ...words`-hide_banner -v error`,
    ...hardened(source),
    ...words`-select_streams ${streamIndex} -read_intervals ${clock(seconds)}%+#1`,
    ...words`-show_entries packet=pts_time,flags -of csv=print_section=0 ${addressOf(source)}`,
  ];
}

/** When a frame is shown, on the source's clock. */
export function secondsOf(frame: number, { video, frameRate }: EncodePlan): number {
  return video.startSeconds + frame / toNumber(frameRate);
}

/** To the microsecond that ffmpeg counts by, so that both tools are told the same time. */
function clock(seconds: number): string {
  return seconds.toFixed(6);
}
