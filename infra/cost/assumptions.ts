/** What the graph does not say. Each is printed with the estimate that rests on it. */
export interface Assumption {
  readonly value: number;
  readonly unit: string;
  /** What it is, and where it comes from. */
  readonly why: string;
}

/** Behind the monthly cost of an idle stage. */
export const IDLE = {
  hoursPerMonth: { value: 730, unit: "hours", why: "a month, as AWS counts it" },
  filesGb: {
    value: 1,
    unit: "GB",
    why: "left in a file system between videos: a video's scratch is removed with it",
  },
  cacheGb: { value: 0.1, unit: "GB", why: "in a snapshot of the cache" },
  databaseGb: {
    value: 10,
    unit: "GB",
    why: "in the database; automated backups up to its allocated storage are free",
  },
  dailyChange: { value: 0.05, unit: "of the data", why: "new in each daily backup of a backup plan" },
  imageGb: { value: 0.2, unit: "GB", why: "compressed, of a container image; one version of it is kept" },
  logGb: { value: 0.05, unit: "GB", why: "a month into each log group while nobody uses the stage" },
  logCompression: { value: 0.15, unit: "of a log", why: "is left when it is stored compressed" },
  flowLogGb: { value: 1, unit: "GB", why: "a month of flow logs of a VPC" },
  insightMetrics: {
    value: 16,
    unit: "metrics",
    why: "of Container Insights for a cluster and a task, in an hour with a task; counted for every hour",
  },
  scheduledSeconds: { value: 0.5, unit: "seconds", why: "a run of a scheduled function" },
} as const satisfies Record<string, Assumption>;

/** Behind the cost of an hour of source. */
export const WORK = {
  minutesPerVideo: { value: 10, unit: "minutes", why: "a video: an hour of source is six of them" },
  encodeSeconds: {
    value: 2.18,
    unit: "vCPU-seconds",
    why: "a second of 1080p at 30 frames, four sizes, x264 veryfast (measured)",
  },
  encodeSecondsAt24: { value: 1.74, unit: "vCPU-seconds", why: "a second of 1080p at 24 frames (measured)" },
  besideShare: {
    value: 0.045,
    unit: "of the encode",
    why: "more: a fifth size, 240p (3 %, by its pixels), and checking the output by decoding (1.5 %, measured)",
  },
  cloudSlowdown: {
    value: 1.25,
    unit: "times",
    why: "a vCPU of the cloud is slower than the one measured, x86 and ARM alike (not measured)",
  },
  startSeconds: { value: 20, unit: "seconds", why: "of a task's start are billed: pulling its image" },
  leastSeconds: { value: 60, unit: "seconds", why: "are billed for each task at least" },
  sourceMbps: { value: 8, unit: "Mb/s", why: "of a source" },
  bitrateShare: {
    value: 0.74,
    unit: "of the cap",
    why: "spent by constant quality on each size (measured at 1080p: 3.7 of 5.0 Mb/s)",
  },
  segmentSeconds: { value: 4, unit: "seconds", why: "a segment, each a file of its own" },
  partMb: { value: 16.8, unit: "MB", why: "a part of an upload, and of the worker's download (16 MiB)" },
  monthsKept: {
    value: 1,
    unit: "month",
    why: "that source and streams are kept; more months cost as much each",
  },
  scratchShare: {
    value: 0.1,
    unit: "of the source",
    why: "written to and read from the shared files at most",
  },
  functionSeconds: { value: 1, unit: "seconds", why: "a step that is a function" },
  apiRequests: {
    value: 25,
    unit: "requests",
    why: "to the API for a video: creating, completing, asking how far it is",
  },
  apiSeconds: { value: 0.1, unit: "seconds", why: "an answer of the API" },
  controlMb: {
    value: 20,
    unit: "MB",
    why: "a video between tasks, functions and AWS's services other than S3",
  },
  logMb: { value: 2, unit: "MB", why: "of logs for a video" },
  objectsBeside: {
    value: 16,
    unit: "objects",
    why: "beside segments: playlists, manifest, poster, storyboard, the task's documents",
  },
} as const satisfies Record<string, Assumption>;

/** Behind the cost of an hour watched. */
export const WATCHING = {
  watchedHeight: { value: 1080, unit: "lines", why: "of the size that is watched" },
  missShare: { value: 0.1, unit: "of requests", why: "that CloudFront must ask the bucket for" },
} as const satisfies Record<string, Assumption>;

/** How much of a task's processors one ffmpeg uses, by their number: measured with 2, a model for more. */
export const EFFICIENCY: readonly (readonly [vcpu: number, share: number])[] = [
  [2, 0.9],
  [4, 0.82],
  [8, 0.68],
  [16, 0.48],
];

export const NOT_COUNTED = [
  "Free tiers, discounts (Savings Plans, Spot) and tax are not counted.",
  "Data between zones ($0.01 a GB and direction) and the deployment's own bucket are not counted: cents.",
  "A retried task, a longer video than assumed, or a 4K source changes the cost of an hour; a month without videos has only the fixed part.",
] as const;
