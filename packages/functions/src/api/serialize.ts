import type { CaptionInfo } from "@telecine/core/captions/info";
import { isRetryable } from "@telecine/core/error";
import { isHdr } from "@telecine/core/ladder/ladder";
import type { MetadataInfo } from "@telecine/core/metadata/metadata";
import { sourceFacts } from "@telecine/core/source/facts";
import type { Progress } from "@telecine/core/progress/progress";
import { mediaUrl, publicUrl } from "@telecine/core/storage/url";
import type { UploadTarget } from "@telecine/core/upload/upload";
import type { RenditionInfo, VideoDetail, VideoInfo } from "@telecine/core/video/info";
import { PHASES, type Status } from "@telecine/core/video/status";
import type { z } from "zod";
import type {
  CaptionJson,
  CreatedVideoJson,
  MetadataJson,
  RenditionJson,
  VideoDetailJson,
  VideoJson,
} from "./schema.ts";

export function toVideoJson(video: VideoInfo, live?: Progress): VideoJson {
  return withLive(atRest(video), live);
}

/** As it is known without its live progress. */
function atRest(video: VideoInfo): VideoJson {
  const { id, status, title, fileName, sizeBytes, durationSeconds, width, height, attempt } = video;
  const { createdAt, updatedAt, playableAt, secondsToPlayable, readyAt, failure } = video;
  return {
    ...{ id, status, phase: video.phase, progress: RESTING[status], speed: null, etaSeconds: null },
    ...{ title, fileName, sizeBytes, durationSeconds, width, height },
    frameRate: toNumber(video.frameRate),
    playback: { hls: toUrl(video.hlsKey), dash: toUrl(video.dashKey), mp4: toUrl(video.mp4Key) },
    mp4SizeBytes: video.mp4SizeBytes,
    poster: toUrl(video.posterKey),
    storyboard: toUrl(video.storyboardKey),
    renditions: video.renditions.map(toRenditionJson),
    settings: video.settings,
    error: failure && { ...failure, retryable: isRetryable(failure.code) },
    ...{ attempt, createdAt, updatedAt, playableAt, secondsToPlayable, readyAt },
  };
}

export function toVideoDetailJson(video: VideoDetail): VideoDetailJson {
  return { ...atRest(video), plan: video.plan, usage: video.usage };
}

/** How far a video is when nothing live is known of it. */
const RESTING: Readonly<Record<Status, number | null>> = {
  waiting: 0,
  processing: 0,
  playable: 0,
  ready: 1,
  failed: null,
  canceled: null,
};

/** Live progress counts while its attempt is the one under way; PostgreSQL may know of a later phase. */
export function withLive<Shown extends VideoJson>(shown: Shown, live: Progress | undefined): Shown {
  const { status, phase, attempt } = shown;
  if ((status !== "processing" && status !== "playable") || live?.attempt !== attempt) return shown;
  const { progress, speed, etaSeconds } = live;
  // Speed and estimate are those of a phase that is over.
  if (PHASES.indexOf(live.phase) < PHASES.indexOf(phase)) return { ...shown, progress };
  return { ...shown, phase: live.phase, progress, speed, etaSeconds };
}

export function toMetadataJson(metadata: MetadataInfo): MetadataJson {
  const { source, renditions, ...rest } = metadata;
  return {
    ...rest,
    ...toSummary(source),
    source: source && {
      ...source,
      frameRate: toNumber(source.frameRate) ?? 0,
      tracks: source.tracks.map((track) => ({ ...track, frameRate: toNumber(track.frameRate) })),
    },
    renditions: renditions.map(toRenditionJson),
  };
}

function toSummary(source: MetadataInfo["source"]) {
  const facts = source && sourceFacts(source);
  return {
    container: source?.container ?? null,
    durationSeconds: source?.durationSeconds ?? null,
    sizeBytes: source?.sizeBytes ?? null,
    width: source?.width ?? null,
    height: source?.height ?? null,
    rotation: source?.rotation ?? null,
    frameRate: toNumber(source?.frameRate ?? null),
    constantFrameRate: source?.constantFrameRate ?? null,
    interlaced: source?.interlaced ?? null,
    hdr: facts?.hdr ?? null,
    videoCodec: source?.videoCodec ?? null,
    audioCodec: source?.audioCodec ?? null,
    audioLanguages: facts?.audioLanguages ?? [],
    integratedLufs: facts?.integratedLufs ?? null,
    captions: facts?.captions ?? null,
  };
}

export function toCaptionJson({ key, id: _, ...caption }: CaptionInfo): CaptionJson {
  return { ...caption, url: mediaUrl(key) };
}

export function toUploadJson(
  videoId: string,
  upload: UploadTarget,
): z.infer<typeof CreatedVideoJson>["upload"] {
  const expiresAt = upload.expiresAt.toISOString();
  if (upload.kind === "put")
    return { method: "PUT", url: upload.url, headers: { ...upload.headers }, expiresAt };
  const { uploadId, partSizeBytes, parts } = upload;
  const completeUrl = `${publicUrl()}/videos/${videoId}/upload/complete`;
  return { uploadId, partSizeBytes, parts: [...parts], completeUrl, expiresAt };
}

function toRenditionJson(rendition: RenditionInfo): z.infer<typeof RenditionJson> {
  const { bitrate, fixedBitrate } = rendition;
  const share = bitrate !== null && fixedBitrate !== null ? 1 - bitrate / fixedBitrate : null;
  return {
    ...rendition,
    frameRate: toNumber(rendition.frameRate) ?? 0,
    hdr: isHdr(rendition.name),
    saving: share === null ? null : Math.round(share * 1000) / 1000,
  };
}

const toUrl = (key: string | null) => key && mediaUrl(key);

/** `24000/1001` is 23.976. Null for none, and for a rate that is no number. */
function toNumber(frameRate: string | null): number | null {
  const [numerator, denominator = 1] = (frameRate ?? "").split("/").map(Number);
  const value = Math.round((Number(numerator) / denominator) * 1000) / 1000;
  return Number.isFinite(value) && value > 0 ? value : null;
}
