import { ladderFor } from "@telecine/core/ladder/ladder";
import { planStoryboard } from "@telecine/core/storyboard/storyboard";
import type { EncodePlan } from "../ffmpeg/args.ts";
import { hasUnknownLayout } from "../ffmpeg/probe.ts";
import { toNumber } from "../rational.ts";
import { encodedRate } from "../source/frame-rate.ts";
import type { Inspection } from "../source/inspect.ts";

/** Every group of pictures can be entered: seeking and switching happen at its beginning. */
const GROUP_SECONDS = 2;
const SEGMENT_SECONDS = 4;

/** Decides what is made of a source. */
export function planEncode(source: string, inspection: Inspection): EncodePlan {
  const { picture, sound, interlaced, startSeconds, durationSeconds, info } = inspection;
  const frameRate = encodedRate(inspection.frameRate.rate);
  const framesPerSecond = toNumber(frameRate);
  const framesPerGroup = Math.max(1, Math.round(GROUP_SECONDS * framesPerSecond));
  const groupsPerSegment = Math.max(1, Math.round((SEGMENT_SECONDS * framesPerSecond) / framesPerGroup));
  const frameCount = Math.max(1, Math.round(durationSeconds * framesPerSecond));
  const { width, height } = info;
  return {
    source,
    video: { streamIndex: picture.index, startSeconds, interlaced },
    audio: sound && {
      streamIndex: sound.stream.index,
      startSeconds: sound.startSeconds,
      unknownLayout: hasUnknownLayout(sound.stream),
    },
    frameRate,
    frameCount,
    framesPerGroup,
    framesPerSegment: framesPerGroup * groupsPerSegment,
    rungs: ladderFor({ width, height, framesPerSecond }),
    storyboard: planStoryboard({ width, height, frameCount, framesPerSecond }),
  };
}
