/** What can happen to a video, as its journal names it. Names are added, never changed. */
export type EventType =
  | "video.created"
  | "source.uploaded"
  | "source.ignored"
  | "job.started"
  | "phase.entered"
  | "video.playable"
  | "video.ready"
  | "video.failed"
  | "video.canceled"
  | "video.retried"
  | "video.removed"
  | "upload.aborted"
  | "captions.added"
  | "captions.removed";

/** Which part of the system did it. */
export type Actor = "api" | "ingest" | "workflow" | "worker" | "reconcile" | "system";
