import { toNumber } from "@telecine/core/media/rational";
import { PRE_ROLL_SECONDS } from "@telecine/core/plan/cut";
import type { EncodePlan } from "./plan.ts";
import { words } from "./words.ts";

/**
 * A chunk is read from the keyframe before its beginning. All that is decoded goes through the same filters as in one
 * piece, which count from the video's own beginning and let through only the chunk: no frame is shown twice or left out.
 */
export function seekArgs({ firstFrame, frameRate, video }: EncodePlan): string[] {
  if (firstFrame === 0) return [];
  const seconds = video.startSeconds + firstFrame / toNumber(frameRate) - PRE_ROLL_SECONDS;
  return words`-noaccurate_seek -seek_timestamp 1 -ss ${Math.max(seconds, video.startSeconds).toFixed(6)}`;
}
