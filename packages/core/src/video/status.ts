/** What a video is to its owner. The order is the usual life of one. */
export const STATUSES = ["waiting", "processing", "playable", "ready", "failed", "canceled"] as const;
export type Status = (typeof STATUSES)[number];

/** The fine step inside a status, for people who wait or look for the cause of a delay. */
export const PHASES = [
  "uploading", // waiting: the source is not complete
  "queued", // waiting: a workflow execution was asked for
  "inspecting", // processing: headers are read, a plan is made
  "starting", // processing: a task is being placed
  "downloading", // processing: the source is fetched to the task's disk
  "probing", // processing: ffprobe and the gates
  "encoding", // processing: all rungs from one decode
  "verifying", // processing: what came out is decoded and measured
  "storing", // processing: segments and pictures go to the bucket
  "publishing", // processing: playlists are written, rows are committed
  "done", // ready, failed or canceled
] as const;
export type Phase = (typeof PHASES)[number];

/**
 * The statuses that may follow each status. The same table stands in SQL (`video_status_transitions`), where a trigger
 * refuses every other change; a test compares the two.
 */
export const TRANSITIONS: Readonly<Record<Status, readonly Status[]>> = {
  waiting: ["processing", "failed", "canceled"],
  processing: ["playable", "ready", "failed", "canceled"],
  playable: ["ready", "failed", "canceled"],
  ready: [],
  failed: ["waiting"],
  canceled: ["waiting"],
};

/** True for the statuses in which nothing more will happen by itself. */
export function isFinal(status: Status): boolean {
  return status === "ready" || status === "failed" || status === "canceled";
}
