/**
 * Where things lie in the media bucket. Nothing a caller sends becomes part of a key that we choose.
 *
 * - `source/` is private: what was uploaded.
 * - `work/` is private: the input and result documents of a task, gone after it (lifecycle rule).
 * - `media/` is what the content delivery network may read: segments, playlists and pictures, one folder an attempt, so
 *   that readers of an older attempt never meet files of a newer one.
 */
export const SOURCE_PREFIX = "source/";
export const WORK_PREFIX = "work/";
export const MEDIA_PREFIX = "media/";

export interface Attempt {
  readonly videoId: string;
  /** Counts from 1; every retry by the workflow's owner adds one. */
  readonly attempt: number;
}

export function sourceKey(videoId: string): string {
  return `${SOURCE_PREFIX}${videoId}/original`;
}

export function workPrefix({ videoId, attempt }: Attempt): string {
  return `${WORK_PREFIX}${videoId}/${attempt}/`;
}

/** The document a task reads first: a `TaskInput`. */
export function taskInputKey(attempt: Attempt): string {
  return `${workPrefix(attempt)}input.json`;
}

/** The document a task writes last: a `TaskResult`. */
export function taskResultKey(attempt: Attempt): string {
  return `${workPrefix(attempt)}result.json`;
}

/** The document that the task of one part writes last: a `PartResult`. */
export function partResultKey(attempt: Attempt, part: number): string {
  return `${workPrefix(attempt)}part-${String(part).padStart(5, "0")}.json`;
}

/** The folder of an attempt's documents about what its tasks have used: a `TaskUsage` each. */
export function usagePrefix(attempt: Attempt): string {
  return `${workPrefix(attempt)}usage/`;
}

export function mediaPrefix(videoId: string): string {
  return `${MEDIA_PREFIX}${videoId}/`;
}

/** Words that were sent for a video, whichever attempt it is in. */
export function captionKey(videoId: string, captionId: string): string {
  return `${mediaPrefix(videoId)}captions/${captionId}.vtt`;
}

/** The folder an attempt's output lies in; keys in a `TaskResult` are relative to it. */
export function outputPrefix({ videoId, attempt }: Attempt): string {
  return `${mediaPrefix(videoId)}${attempt}/`;
}

/** The first segment of a rendition as it was made ahead of the others: the encode makes one that may differ in some bytes. */
export function headKey(rendition: string): string {
  return `${rendition}/head.m4s`;
}

/** The folders of an attempt's output that hold its source, copied for a first look: the picture, and the sound. */
export const PREVIEW_FOLDERS = { picture: "source", sound: "source-audio" } as const;
