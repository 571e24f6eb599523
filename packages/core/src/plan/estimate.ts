import { z } from "zod";
import { VisibleError } from "../error.ts";
import { isSupportedSize, isTooFast, MAX_DURATION_SECONDS } from "../media/limits.ts";
import { parseRational, toNumber } from "../media/rational.ts";
import { Settings } from "../settings/settings.ts";
import { fn } from "../util/fn.ts";
import { idSchema } from "../util/id.ts";
import { MAX_SOURCE_BYTES } from "../video/create.ts";
import { findRow, videoNotFound } from "../video/video.ts";
import type { VideoRow } from "../video/video.sql.ts";
import { limitOf, machineOf } from "./machine.ts";
import { type PlanSummary, summaryOf } from "./plan.ts";
import { makePlan } from "./planner.ts";
import { filmLike, type Known, proposalFor } from "./propose.ts";

const Described = z.strictObject({
  durationSeconds: z.number().positive().max(MAX_DURATION_SECONDS),
  /** As displayed: upright, with square pixels. */
  width: z.int().positive(),
  height: z.int().positive(),
  frameRate: z
    .number()
    .positive()
    .refine((rate) => !isTooFast(rate), { error: "At most 240 frames a second are accepted." })
    .optional(),
  sizeBytes: z.int().positive().max(MAX_SOURCE_BYTES).optional(),
  /** As ffprobe calls it. */
  videoCodec: z.string().max(50).optional(),
  soundTracks: z.int().nonnegative().max(64).optional(),
  settings: Settings.optional(),
});

export const EstimateInput = z.union([
  z.strictObject({ videoId: z.string().max(200) }),
  Described.refine(({ width, height }) => isSupportedSize(width, height), {
    path: ["width"],
    error: "Pictures of 16 to 8192 pixels a side and 36 megapixels at most are accepted.",
  }),
]);
export type EstimateInput = z.infer<typeof EstimateInput>;

export interface EstimatedPlan {
  readonly plan: PlanSummary;
  /** US dollars; null where nothing limits them. */
  readonly limitUsd: number | null;
  /** Whether a video like this would be refused for its price. */
  readonly isWithinLimit: boolean;
}

/**
 * How a video would be encoded, how long that would take and what it would cost: from a description, or from what is
 * known of a video whose source was inspected. VisibleError `video_not_found`; `source_not_inspected` where nothing is
 * known yet.
 */
export const estimate = /* @__PURE__ */ fn(EstimateInput, async (input): Promise<EstimatedPlan> => {
  const { known, settings } = "videoId" in input ? await knownOf(input.videoId) : described(input);
  const machine = machineOf(process.env);
  const limitUsd = limitOf(settings, machine);
  const plan = summaryOf(makePlan(proposalFor(known, settings, limitUsd), machine));
  const isWithinLimit = limitUsd === undefined || plan.estimate.costUsd <= limitUsd;
  return { plan, limitUsd: limitUsd ?? null, isWithinLimit };
});

interface Asked {
  readonly known: Known;
  readonly settings: Settings;
}

function described(input: z.infer<typeof Described>): Asked {
  const { durationSeconds, width, height, frameRate = null } = input;
  return {
    known: {
      ...{ durationSeconds, framesPerSecond: frameRate },
      sizeBytes: input.sizeBytes ?? null,
      picture: { width, height, codec: input.videoCodec ?? "h264" },
      soundTracks: input.soundTracks ?? null,
      peakBitrateKbps: null,
      film: filmLike(durationSeconds, frameRate),
      isConstant: true,
    },
    settings: Settings.parse(input.settings ?? {}),
  };
}

async function knownOf(videoId: string): Promise<Asked> {
  const video = idSchema("video").safeParse(videoId).success ? await findRow(videoId) : undefined;
  if (!video) throw videoNotFound();
  return { known: rowKnown(video), settings: Settings.parse(video.settings) };
}

/** What an inspection, or a task, has found of a source. */
function rowKnown(video: VideoRow): Known {
  const { durationSeconds, width, height, sizeBytes } = video;
  if (durationSeconds === null || width === null || height === null) throw notInspected();
  const rate = parseRational(video.frameRate ?? "");
  const framesPerSecond = rate ? toNumber(rate) : null;
  return {
    ...{ durationSeconds, sizeBytes, framesPerSecond },
    picture: { width, height, codec: video.videoCodec },
    soundTracks: video.audioTrackCount ?? (video.audioCodec === null ? 0 : 1),
    peakBitrateKbps: null,
    film: rate ? filmLike(durationSeconds, framesPerSecond) : null,
    isConstant: video.constantFrameRate !== false,
  };
}

function notInspected(): VisibleError {
  return new VisibleError(
    "conflict",
    "source_not_inspected",
    "Nothing is known of this video's source yet. Upload it, and ask again in a few seconds, or describe it.",
  );
}
