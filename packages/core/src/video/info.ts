import { z } from "zod";
import { failureCodes } from "../error.ts";
import { Rung } from "../ladder/ladder.ts";
import { CODECS } from "../ladder/profiles.ts";
import type { RenditionRow } from "../rendition/rendition.sql.ts";
import { PlanSummary } from "../plan/plan.ts";
import { Settings } from "../settings/settings.ts";
import { Usage } from "../usage/usage.ts";
import { PHASES, STATUSES } from "./status.ts";
import type { VideoRow } from "./video.sql.ts";

const instant = z.iso.datetime();

export const RenditionInfo = z.strictObject({
  name: z.string(),
  width: z.int(),
  height: z.int(),
  /** Exact: `24000/1001`. */
  frameRate: z.string(),
  codecs: z.string(),
  bandwidth: z.int(),
  averageBandwidth: z.int(),
  sizeBytes: z.int(),
  codec: z.enum(CODECS),
  reason: Rung.shape.reason.nullable(),
  bitrate: z.int().nullable(),
  predictedBitrate: z.int().nullable(),
  fixedBitrate: z.int().nullable(),
});
export type RenditionInfo = z.infer<typeof RenditionInfo>;

/** What readers are told of a video: plain JSON, so that it can lie in the cache. */
export const VideoInfo = z.strictObject({
  id: z.string(),
  status: z.enum(STATUSES),
  phase: z.enum(PHASES),
  attempt: z.int(),
  version: z.int(),
  title: z.string(),
  fileName: z.string().nullable(),
  sizeBytes: z.int().nullable(),
  durationSeconds: z.number().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  /** Exact: `24000/1001`. */
  frameRate: z.string().nullable(),
  hlsKey: z.string().nullable(),
  dashKey: z.string().nullable(),
  posterKey: z.string().nullable(),
  storyboardKey: z.string().nullable(),
  mp4Key: z.string().nullable(),
  mp4SizeBytes: z.int().nullable(),
  /** What was asked of the outputs, with the defaults. */
  settings: Settings,
  /** Best first. */
  renditions: z.array(RenditionInfo),
  failure: z.strictObject({ code: z.enum(failureCodes), message: z.string() }).nullable(),
  createdAt: instant,
  updatedAt: instant,
  playableAt: instant.nullable(),
  secondsToPlayable: z.number().nullable(),
  readyAt: instant.nullable(),
});
export type VideoInfo = z.infer<typeof VideoInfo>;

/** The same, and how the video is encoded and what that has used: told of one video, not in lists. */
export const VideoDetail = z.strictObject({
  ...VideoInfo.shape,
  /** Of the attempt; null until its source was inspected. */
  plan: PlanSummary.nullable(),
  /** Of all attempts that have ended. */
  usage: Usage.nullable(),
});
export type VideoDetail = z.infer<typeof VideoDetail>;

export function toInfo(row: VideoRow, renditions: readonly RenditionRow[]): VideoInfo {
  const { id, status, phase, attempt, version, title, fileName, sizeBytes, durationSeconds } = row;
  const { width, height, frameRate, hlsKey, dashKey, posterKey, storyboardKey, mp4Key, mp4SizeBytes } = row;
  return {
    ...{ id, status, phase, attempt, version, title, fileName, sizeBytes, durationSeconds },
    ...{ width, height, frameRate, hlsKey, dashKey, posterKey, storyboardKey, mp4Key, mp4SizeBytes },
    settings: Settings.parse(row.settings),
    renditions: renditions.map(toRenditionInfo),
    failure: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? "" },
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    playableAt: row.playableAt?.toISOString() ?? null,
    secondsToPlayable: row.secondsToPlayable,
    readyAt: row.readyAt?.toISOString() ?? null,
  };
}

export function toRenditionInfo(row: RenditionRow): RenditionInfo {
  const { name, width, height, frameRate, codecs, bandwidth, averageBandwidth, sizeBytes } = row;
  const { codec, reason, bitrate, predictedBitrate, fixedBitrate } = row;
  return {
    ...{ name, width, height, frameRate, codecs, bandwidth, averageBandwidth, sizeBytes },
    ...{ codec, reason, bitrate, predictedBitrate, fixedBitrate },
  };
}
