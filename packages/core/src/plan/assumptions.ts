/** A figure that nothing at hand says. Each is printed with the estimates that rest on it. */
export interface Assumption {
  readonly value: number;
  readonly unit: string;
  /** What it is, and where it comes from. */
  readonly why: string;
}

/** How long the work on a video takes. Measured: on two vCPUs (EPYC), with ffmpeg 5.1. */
export const SPEED = {
  ladderSeconds: {
    value: 2.18,
    unit: "vCPU-seconds",
    why: "a second of 1080p at 30 frames, four sizes, x264 veryfast, decoding and scaling included (measured)",
  },
  decodeSeconds: {
    value: 0.24,
    unit: "vCPU-seconds",
    why: "of them to decode the source, H.264 (measured at 24 frames)",
  },
  soundSeconds: {
    value: 0.025,
    unit: "vCPU-seconds",
    why: "a second of sound: decoded, its loudness measured, encoded as AAC (measured)",
  },
  checkShare: {
    value: 0.015,
    unit: "of the encode",
    why: "more: checking the output by decoding (measured)",
  },
  heavySourceWeight: {
    value: 1.5,
    unit: "times",
    why: "H.264's work to decode a source in another codec (not measured but for HEVC, which is no heavier)",
  },
  cloudSlowdown: {
    value: 1.25,
    unit: "times",
    why: "a vCPU of the cloud is slower than the one measured, x86 and ARM alike (not measured)",
  },
  networkMbps: {
    value: 320,
    unit: "Mb/s",
    why: "between the bucket and a task for each of its vCPUs, 2,400 at most (not measured)",
  },
  groupSeconds: {
    value: 5,
    unit: "seconds",
    why: "between a source's keyframes where they are not known: half of it is decoded for nothing at each cut",
  },
  sourceMbps: { value: 8, unit: "Mb/s", why: "of a source" },
} as const satisfies Record<string, Assumption>;

/** What stands around the work of a task. */
export const AROUND = {
  startSeconds: {
    value: 40,
    unit: "seconds",
    why: "until a task on Fargate works: AWS says 30-45 and longer, others measured 53-62 with an image of 413 MB; this one has 190",
  },
  billedStartSeconds: { value: 20, unit: "seconds", why: "of a task's start are billed: pulling its image" },
  leastSeconds: { value: 60, unit: "seconds", why: "are billed for each task at least" },
  tailSeconds: {
    value: 1,
    unit: "seconds",
    why: "of a task beside its work: reading headers, the last upload",
  },
  stepsSeconds: {
    value: 5,
    unit: "seconds",
    why: "of events, transitions and functions before and after the tasks: 2 from upload to execution, 1 and 1.5 for functions",
  },
  transitions: {
    value: 8,
    unit: "transitions",
    why: "of an execution beside those of its parts, the way to its end counted (the definition)",
  },
  transitionsPerChunk: { value: 1, unit: "transition", why: "for a part: the state that runs its task" },
  functionGbSeconds: {
    value: 32,
    unit: "GB-seconds",
    why: "of the workflow's functions: inspecting, publishing, telling 6, copying a source of 600 MB for a first look 26 (15 s)",
  },
  functionSeconds: { value: 19, unit: "seconds", why: "of them" },
  documentsPerTask: {
    value: 4,
    unit: "objects",
    why: "a task beside segments: its input, its result, what it used",
  },
  functions: { value: 5, unit: "calls", why: "of the workflow's functions" },
  partMb: { value: 16.8, unit: "MB", why: "a part of the source, as it is read (16 MiB)" },
  objectsBeside: {
    value: 16,
    unit: "objects",
    why: "beside segments: playlists, manifest, poster, storyboard, the task's documents",
  },
} as const satisfies Record<string, Assumption>;

/** How much of a task's processors one ffmpeg uses, by their number: measured with 2 (1.87 of them), a model for the others. */
export const EFFICIENCY: Readonly<Record<number, number>> = { 1: 0.97, 2: 0.93, 4: 0.82, 8: 0.68, 16: 0.48 };
