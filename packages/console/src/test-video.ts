import type { Video } from "./video.ts";

/** For tests: a video in the queue, and whatever is different about it. */
export function testVideo(id: string, changes: Partial<Video> = {}): Video {
  return {
    id,
    status: "waiting",
    phase: "queued",
    progress: 0,
    speed: null,
    etaSeconds: null,
    title: `Title of ${id}`,
    fileName: null,
    sizeBytes: null,
    durationSeconds: null,
    width: null,
    height: null,
    frameRate: null,
    playback: { hls: null },
    poster: null,
    renditions: [],
    error: null,
    attempt: 1,
    createdAt: "2026-11-24T10:00:00.000Z",
    readyAt: null,
    ...changes,
  };
}
