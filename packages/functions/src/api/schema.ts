import { z } from "@hono/zod-openapi";
import { CAPTION_KINDS } from "@telecine/core/captions/kind";
import { failureCodes } from "@telecine/core/error";
import { DroppedRung, Rung } from "@telecine/core/ladder/ladder";
import { CODECS } from "@telecine/core/ladder/profiles";
import { PlanSummary } from "@telecine/core/plan/plan";
import { Settings } from "@telecine/core/settings/settings";
import { Usage } from "@telecine/core/usage/usage";
import { PHASES, STATUSES } from "@telecine/core/video/status";
import { framesPerSecond, SourceJson, summary } from "./source-schema.ts";

/** The shapes that the API speaks. What a caller may send stands in core, beside the verb that takes it. */

const timestamp = z.iso.datetime({ offset: true }).openapi({ example: "2026-11-24T10:15:30.000Z" });
const url = z
  .url()
  .openapi({ example: "https://example.com/media/vid_01h2xcejqtf2nbrexx3vqjhp41/1/master.m3u8" });

const bitsPerSecond = z.int().positive().nullable();

const DroppedRungJson = DroppedRung.openapi("DroppedRung", {
  description:
    "A size that is not there. `larger_than_source`: nothing is made larger. `above_limit`: of the settings. `too_close`: " +
    "it would spend nearly what the one above spends. `nothing_slower`: the one above fits the slowest connection. " +
    "`not_encodable`: too small or too slow for the codec's encoder.",
});

export const RenditionJson = z
  .strictObject({
    name: z.string().openapi({ example: "1080p" }),
    width: z.int().positive(),
    height: z.int().positive(),
    frameRate: framesPerSecond,
    codecs: z.string().openapi({ example: "avc1.640028,mp4a.40.2" }),
    bandwidth: z
      .int()
      .positive()
      .openapi({ description: "Peak bits per second, audio included, as measured." }),
    averageBandwidth: z
      .int()
      .positive()
      .openapi({ description: "Mean bits per second, audio included, as measured." }),
    sizeBytes: z.int().nonnegative(),
    codec: z.enum(CODECS).openapi({ description: "Of the picture." }),
    hdr: z.boolean().openapi({ description: "False for SDR, which every size is made in." }),
    reason: Rung.shape.reason.nullable().openapi({
      description:
        "Why this size is there: `top`, the largest that picture and settings allow; `step`, far enough below the one " +
        "above it; `asked`, in the settings. Null where nobody noted it.",
    }),
    bitrate: bitsPerSecond.openapi({
      description: "Mean bits per second of the picture alone, as measured.",
    }),
    predictedBitrate: bitsPerSecond.openapi({
      description: "The same as it was expected by trying scenes. Null where none were tried.",
    }),
    fixedBitrate: bitsPerSecond.openapi({
      description: "What a ladder of fixed bitrates in H.264 spends on this size.",
    }),
    saving: z
      .number()
      .nullable()
      .openapi({ description: "How much less `bitrate` is than `fixedBitrate`: 0.3 is 30 percent." }),
  })
  .openapi("Rendition");

const FailureJson = z
  .strictObject({
    code: z.enum(failureCodes),
    message: z.string(),
    retryable: z
      .boolean()
      .openapi({ description: "True when the same source may succeed in another attempt." }),
  })
  .openapi("Failure");

export const VideoJson = z
  .strictObject({
    id: z.string().openapi({ example: "vid_01h2xcejqtf2nbrexx3vqjhp41" }),
    status: z.enum(STATUSES),
    phase: z.enum(PHASES),
    progress: z
      .number()
      .min(0)
      .max(1)
      .nullable()
      .openapi({ description: "Of the whole attempt. Null after a failure." }),
    speed: z
      .number()
      .nonnegative()
      .nullable()
      .openapi({ description: "Source seconds encoded per second, while encoding." }),
    etaSeconds: z.number().nonnegative().nullable(),
    title: z.string().openapi({ description: "What the uploader wrote. Untrusted text: escape it." }),
    fileName: z.string().nullable(),
    sizeBytes: z.int().nonnegative().nullable(),
    durationSeconds: z.number().positive().nullable(),
    width: z.int().positive().nullable(),
    height: z.int().positive().nullable(),
    frameRate: framesPerSecond.nullable(),
    playback: z.strictObject({
      hls: url.nullable(),
      dash: url.nullable(),
      mp4: url.nullable().openapi({ description: "One file of it, where `settings.mp4` asked for it." }),
    }),
    mp4SizeBytes: z.int().positive().nullable(),
    poster: url.nullable(),
    storyboard: url.nullable(),
    renditions: z
      .array(RenditionJson)
      .openapi({ description: "Best first. Empty until the video is ready." }),
    settings: Settings.openapi("Settings", { description: "What was asked of the outputs." }),
    error: FailureJson.nullable(),
    attempt: z.int().positive(),
    createdAt: timestamp,
    updatedAt: timestamp,
    playableAt: timestamp
      .nullable()
      .openapi({ description: "When something of it could first be played, while the rest was being made." }),
    secondsToPlayable: z
      .number()
      .nonnegative()
      .nullable()
      .openapi({ description: "From the end of the upload, or the beginning of a later attempt." }),
    readyAt: timestamp.nullable(),
  })
  .openapi("Video");
export type VideoJson = z.infer<typeof VideoJson>;

export const VideoDetailJson = VideoJson.extend({
  plan: PlanSummary.openapi("Plan", {
    description: "How the video is encoded, and why. Costs are US dollars at list prices.",
  })
    .nullable()
    .openapi({ description: "Of the attempt. Null until its source was inspected." }),
  usage: Usage.openapi("Usage", { description: "What the work has used, as far as it is known." })
    .nullable()
    .openapi({ description: "Of all attempts that have ended." }),
}).openapi("VideoDetail");
export type VideoDetailJson = z.infer<typeof VideoDetailJson>;

export const EstimateJson = z
  .strictObject({
    plan: PlanSummary.openapi("Plan"),
    limitUsd: z
      .number()
      .nullable()
      .openapi({ description: "The lower of maxCostUsd and the stage's own limit. Null without either." }),
    isWithinLimit: z
      .boolean()
      .openapi({ description: "False for a video that would be refused with `cost_limit_exceeded`." }),
  })
  .openapi("Estimate");

const PartUrl = z.strictObject({ partNumber: z.int().positive(), url });

const PutUploadJson = z
  .strictObject({
    method: z.literal("PUT"),
    url,
    headers: z.record(z.string(), z.string()).openapi({ description: "Send these with the PUT." }),
    expiresAt: timestamp,
  })
  .openapi("PutUpload");

const MultipartUploadJson = z
  .strictObject({
    uploadId: z.string(),
    partSizeBytes: z
      .int()
      .positive()
      .openapi({ description: "Of every part but the last, which may be smaller." }),
    parts: z
      .array(PartUrl)
      .openapi({ description: "URLs of the first parts; ask for others at `/videos/{id}/upload/parts`." }),
    completeUrl: url,
    expiresAt: timestamp,
  })
  .openapi("MultipartUpload");

export const CreatedVideoJson = VideoJson.extend({
  upload: z.union([PutUploadJson, MultipartUploadJson]),
}).openapi("CreatedVideo");

export const PartUrlsJson = z
  .strictObject({ parts: z.array(PartUrl), expiresAt: timestamp })
  .openapi("PartUrls");

const cursor = z
  .string()
  .nullable()
  .openapi({ description: "Send it as `cursor` for the next page. Null on the last." });
export const VideoPageJson = z
  .strictObject({ data: z.array(VideoJson), nextCursor: cursor })
  .openapi("VideoPage");

export const CaptionJson = z
  .strictObject({
    language: z.string().openapi({ example: "pt-BR" }),
    kind: z
      .enum(CAPTION_KINDS)
      .openapi({ description: "`forced` ones translate what all others understand." }),
    title: z.string().nullable().openapi({ description: "Untrusted text: escape it." }),
    origin: z.enum(["upload", "source"]).openapi({ description: "Sent, or found in the file." }),
    cueCount: z.int().positive(),
    sizeBytes: z.int().positive(),
    url: url.openapi({ description: "WebVTT." }),
    createdAt: timestamp,
  })
  .openapi("Caption");
export type CaptionJson = z.infer<typeof CaptionJson>;
export const CaptionListJson = z
  .strictObject({ data: z.array(CaptionJson), nextCursor: z.null() })
  .openapi("CaptionList");

export const MetadataJson = z
  .strictObject({
    id: z.string(),
    status: z.enum(STATUSES),
    title: z.string(),
    fileName: z.string().nullable(),
    ...summary,
    source: SourceJson.nullable().openapi({ description: "Null until a task has looked into the file." }),
    renditions: z.array(RenditionJson),
    droppedRungs: z.array(DroppedRungJson),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .openapi("Metadata");
export type MetadataJson = z.infer<typeof MetadataJson>;
export const MetadataPageJson = z
  .strictObject({ data: z.array(MetadataJson), nextCursor: cursor })
  .openapi("MetadataPage");

const Check = z.strictObject({ status: z.enum(["ok", "down"]), latencyMs: z.int().nonnegative() });
export const HealthJson = z
  .strictObject({
    status: z.enum(["ok", "degraded", "down"]),
    checks: z.strictObject({ database: Check, cache: Check }),
  })
  .openapi("Health");
export type HealthJson = z.infer<typeof HealthJson>;

export const ProblemJson = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z
      .string()
      .openapi({ description: "Stable: made for programs. The other texts are made for people." }),
    requestId: z.string(),
    errors: z
      .array(
        z.strictObject({
          in: z.enum(["body", "query", "path", "header"]),
          path: z.string(),
          message: z.string(),
        }),
      )
      .optional()
      .openapi({ description: "What is wrong with each part of the request." }),
  })
  .openapi("Problem");
export type ProblemJson = z.infer<typeof ProblemJson>;
