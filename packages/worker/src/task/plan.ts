import type { Ladder } from "@telecine/core/ladder/ladder";
import { gridOf } from "@telecine/core/media/grid";
import type { Settings } from "@telecine/core/settings/settings";
import { planStoryboard } from "@telecine/core/storyboard/storyboard";
import { thumbnailSize } from "@telecine/core/storyboard/thumbnail";
import { planColor } from "../color/plan.ts";
import { type EncodePlan, soundName } from "../ffmpeg/plan.ts";
import { hasUnknownLayout } from "../ffmpeg/probe.ts";
import { toNumber } from "@telecine/core/media/rational";
import { encodedPictures } from "@telecine/core/media/measure";
import type { Inspection } from "../source/inspect.ts";

/** More tracks than any player's menu shows well; a broadcaster's master may have thirty. */
const MOST_SOUNDS = 8;

/** A film with all its translations has some thirty. */
const MOST_CAPTIONS = 40;

/** Decides what is made of a source. */
export function planEncode(
  source: string,
  inspection: Inspection,
  { rungs }: Ladder,
  settings: Pick<Settings, "loudness">,
): EncodePlan {
  const { picture, sounds, captions, interlaced, color, info } = inspection;
  const { startSeconds, frameRate, frameCount } = encodedPictures(inspection);
  const framesPerSecond = toNumber(frameRate);
  const { width, height } = info;
  return {
    source,
    video: { streamIndex: picture.index, startSeconds, interlaced, color: planColor(color, picture) },
    audio: sounds.slice(0, MOST_SOUNDS).map(({ stream, startSeconds }, index) => ({
      name: soundName(index),
      streamIndex: stream.index,
      startSeconds,
      unknownLayout: hasUnknownLayout(stream),
    })),
    captions: captions
      .slice(0, MOST_CAPTIONS)
      .map(({ index }) => ({ name: `s${index}`, streamIndex: index })),
    gains: settings.loudness === "normalize" ? "wanted" : "none",
    frameRate,
    firstFrame: 0,
    frameCount,
    totalFrames: frameCount,
    filePrefix: "",
    ...gridOf(frameRate),
    rungs,
    storyboard: planStoryboard({ width, height, frameCount, framesPerSecond }),
    thumbnail: thumbnailSize(rungs[0] ?? info),
  };
}
