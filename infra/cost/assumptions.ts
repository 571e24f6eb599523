import type { Assumption } from "../../packages/core/src/plan/assumptions.ts";

export type { Assumption };

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

/** Behind the cost of an hour of source, beside the figures that plans rest on (packages/core/src/plan/assumptions.ts). */
export const WORK = {
  minutesPerVideo: { value: 10, unit: "minutes", why: "a video: an hour of source is six of them" },
  bitrateShare: {
    value: 0.74,
    unit: "of the cap",
    why: "spent by constant quality on each size (measured at 1080p: 3.7 of 5.0 Mb/s)",
  },
  segmentSeconds: { value: 4, unit: "seconds", why: "a segment, each a file of its own" },
  monthsKept: {
    value: 1,
    unit: "month",
    why: "that source and streams are kept; more months cost as much each",
  },
  stepSeconds: { value: 1, unit: "seconds", why: "a step that is a function" },
  copySeconds: {
    value: 15,
    unit: "seconds",
    why: "a step that copies a source of 600 MB for a first look, at 40 MB a second (not measured on AWS)",
  },
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
} as const satisfies Record<string, Assumption>;

/** Behind the cost of an hour watched. */
export const WATCHING = {
  watchedHeight: { value: 1080, unit: "lines", why: "of the size that is watched" },
  missShare: { value: 0.1, unit: "of requests", why: "that CloudFront must ask the bucket for" },
} as const satisfies Record<string, Assumption>;

export const NOT_COUNTED = [
  "Free tiers, discounts (Savings Plans, Spot) and tax are not counted.",
  "Data between zones ($0.01 a GB and direction) and the deployment's own bucket are not counted: cents.",
  "A retried task, a longer video than assumed, or a 4K source changes the cost of an hour; a month without videos has only the fixed part.",
] as const;
