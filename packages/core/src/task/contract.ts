import { z } from "zod";
import { MAX_CLOSED, MAX_TRIPLETS } from "../captions/closed-data.ts";
import { CAPTION_KINDS } from "../captions/kind.ts";
import { FAILURES, failureCodes, type FailureCode, type RejectionCode } from "../error.ts";
import { DroppedRung, Ladder, Rung, RUNG_NAME } from "../ladder/ladder.ts";
import { Plan } from "../plan/plan.ts";
import { Settings } from "../settings/settings.ts";
import { SourceColor } from "../source/color.ts";
import { Chapter, Loudness, SceneCuts } from "../source/measured.ts";
import { idSchema } from "../util/id.ts";

/** Which attempt at which video a task works for. */
export const TaskTicket = z.strictObject({
  videoId: idSchema("video"),
  attempt: z.int().positive(),
});
export type TaskTicket = z.infer<typeof TaskTicket>;

/** What a task is told by its environment: `TASK_INPUT` holds this as JSON. Small on purpose: ECS allows 8,192 characters. */
export const TaskOrder = z.strictObject({
  ...TaskTicket.shape,
  /** Which part of the work, where a plan has chunks: a chunk's place among them. Left out, all of it. */
  part: z.int().nonnegative().optional(),
});
export type TaskOrder = z.infer<typeof TaskOrder>;

/** The whole input of a task: a document at `taskInputKey`, written by the inspect step, read by the worker. */
export const TaskInput = z.strictObject({
  ...TaskTicket.shape,
  source: z.strictObject({
    key: z.string().min(1),
    /** The exact bytes that were inspected: reads say `If-Match`, so that a source replaced meanwhile is noticed. */
    etag: z.string().min(1),
    sizeBytes: z.int().positive(),
  }),
  settings: Settings.prefault({}),
  /** How the video is encoded; without one, in one task. */
  plan: Plan.optional(),
  /** What it is encoded in, where that is decided already; else the task decides, which has to be the only one. */
  ladder: Ladder.optional(),
});
export type TaskInput = z.infer<typeof TaskInput>;

const relativeKey = z.string().regex(/^[a-z0-9][a-z0-9._/-]*$/i);
const StoredFile = z.strictObject({ key: relativeKey, sizeBytes: z.int().positive() });
const Segment = z.strictObject({ ...StoredFile.shape, durationSeconds: z.number().positive() });

/**
 * Where a picture that needs no other lies in its segment, with the headers that it needs (`moof`): the offset and the
 * number of its bytes; and the seconds until the next such picture. Figures without names, because four hours of video
 * have 7,200 of them a rung.
 */
const Iframe = z.tuple([z.int().nonnegative(), z.int().positive(), z.number().positive()]);
export type Iframe = z.infer<typeof Iframe>;

const PictureSegment = z.strictObject({ ...Segment.shape, iframes: z.array(Iframe).optional() });

const Stream = z.strictObject({
  /** RFC 6381, as CODECS of a playlist wants it, for example `avc1.640028`. */
  codecs: z.string().min(1),
  /** Alike in all parts of a track: the digest tells. */
  init: z.strictObject({ ...StoredFile.shape, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
  segments: z.array(Segment).min(1),
});

/** One video rung, as it was measured after encoding. */
export const EncodedRendition = z.strictObject({
  ...Stream.shape,
  segments: z.array(PictureSegment).min(1),
  /** `1080p`, `1080p-hevc`: unique within a video, and the rendition's folder. */
  name: z.string().regex(RUNG_NAME),
  width: z.int().positive(),
  height: z.int().positive(),
  /** Exact, as ffprobe gives it: `24000/1001`. */
  frameRate: z.string().regex(/^[0-9]+\/[0-9]+$/),
  frameCount: z.int().positive(),
  /** As what it was decided; tasks of earlier versions did not tell. */
  rung: Rung.optional(),
});
export type EncodedRendition = z.infer<typeof EncodedRendition>;

export const EncodedAudio = z.strictObject({
  ...Stream.shape,
  /** The folder of the track; unique within a video. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** BCP 47, or `und`. */
  language: z.string(),
  /** What the file calls the track: one line of visible text, hostile until escaped. */
  title: z.string().max(100).nullable().default(null),
  /** `description` tells what is seen, `clarity` is made for those who hear badly. */
  purpose: z.enum(["main", "description", "clarity", "commentary"]).default("main"),
  channels: z.int().positive(),
  sampleRate: z.int().positive(),
});
export type EncodedAudio = z.infer<typeof EncodedAudio>;

/** Words that were in the source, as one WebVTT file on the clock of the picture. */
export const EncodedCaptions = z.strictObject({
  ...StoredFile.shape,
  /** BCP 47, or `und`. */
  language: z.string(),
  /** What the file calls the track: one line of visible text, hostile until escaped. */
  title: z.string().max(100).nullable(),
  kind: z.enum(CAPTION_KINDS),
  cueCount: z.int().positive(),
});
export type EncodedCaptions = z.infer<typeof EncodedCaptions>;

const ClosedData = z.tuple([
  z.int().nonnegative(),
  z
    .string()
    .regex(/^([0-9a-f]{6})+$/)
    .max(6 * MAX_TRIPLETS),
]);

/** Small pictures on sheets: tile n, from 0, shows frame n x `framesPerTile`, in rows from the left and the top. */
export const Storyboard = z.strictObject({
  framesPerTile: z.int().positive(),
  /** Of a sheet, which may be filled in part. */
  columns: z.int().positive(),
  rows: z.int().positive(),
  tileWidth: z.int().positive(),
  tileHeight: z.int().positive(),
  sheets: z.array(z.strictObject({ ...StoredFile.shape, tileCount: z.int().positive() })).min(1),
});
export type Storyboard = z.infer<typeof Storyboard>;

/** One stream of the source as ffprobe saw it. Strings come from the file: hostile until escaped. */
export const SourceTrack = z.strictObject({
  index: z.int().nonnegative(),
  kind: z.enum(["video", "audio", "subtitle", "data", "attachment"]),
  codec: z.string().nullable(),
  profile: z.string().nullable(),
  language: z.string().nullable(),
  title: z.string().nullable().default(null),
  isDefault: z.boolean().default(false),
  isForced: z.boolean().default(false),
  isHearingImpaired: z.boolean().default(false),
  bitrate: z.int().nonnegative().nullable(),
  width: z.int().positive().nullable(),
  height: z.int().positive().nullable(),
  frameRate: z.string().nullable(),
  pixelFormat: z.string().nullable(),
  /** Width to height of a pixel: `64:45`. */
  sampleAspectRatio: z.string().nullable().default(null),
  channels: z.int().positive().nullable(),
  channelLayout: z.string().nullable().default(null),
  sampleRate: z.int().positive().nullable(),
});
export type SourceTrack = z.infer<typeof SourceTrack>;

/**
 * What the source is. Width and height are as displayed: after rotation and sample aspect ratio. What has a default here
 * was not told of by the tasks of earlier versions, whose words are stored.
 */
export const SourceInfo = z.strictObject({
  container: z.string(),
  durationSeconds: z.number().positive(),
  sizeBytes: z.int().positive(),
  bitrate: z.int().nonnegative().nullable(),
  width: z.int().positive(),
  height: z.int().positive(),
  /** Clockwise degrees a player must turn the coded picture: 0, 90, 180 or 270. */
  rotation: z.int(),
  frameRate: z.string(),
  /** False when pictures come at uneven intervals. */
  constantFrameRate: z.boolean().nullable().default(null),
  interlaced: z.boolean().nullable().default(null),
  /** Which lines of an interlaced picture are shown first: the uppermost and every second one, or the others. */
  fieldOrder: z.enum(["top", "bottom"]).nullable().default(null),
  color: SourceColor.nullable().default(null),
  videoCodec: z.string(),
  audioCodec: z.string().nullable(),
  /** Null without sound, of silence, and where nobody has listened. */
  loudness: Loudness.nullable().default(null),
  /** Null where nobody has looked. */
  sceneCuts: SceneCuts.nullable().default(null),
  chapters: z.array(Chapter).default([]),
  /** CEA-608 or 708, within the pictures; captions of their own are tracks. */
  closedCaptions: z.boolean().nullable().default(null),
  tracks: z.array(SourceTrack),
  /** The format's tags, cut to 64 entries of 256 characters. Hostile until escaped. */
  tags: z.record(z.string(), z.string()),
});
export type SourceInfo = z.infer<typeof SourceInfo>;
/** As it was stored, by whatever version. */
export type StoredSource = z.input<typeof SourceInfo>;

const rejectionCodes = failureCodes.filter((code): code is RejectionCode => FAILURES[code] === "rejected");

const Rejected = z.strictObject({
  ...TaskTicket.shape,
  outcome: z.literal("rejected"),
  code: z.enum(rejectionCodes as [RejectionCode, ...RejectionCode[]]),
  /** For people: what is wrong with the file and what to do. Holds no string of the file. */
  message: z.string().min(1),
});

/** The score tells which of several posters shows most: points of luma, only good for comparing. */
const Poster = z.strictObject({ ...StoredFile.shape, score: z.number() });

const MADE = {
  source: SourceInfo,
  /** H.264 first, then other codecs; each best first. */
  renditions: z.array(EncodedRendition),
  /** What was decided not to be made, and why. */
  droppedRungs: z.array(DroppedRung).default([]),
  /** The default track first. */
  audio: z.array(EncodedAudio),
  /** In the order of the file. */
  captions: z.array(EncodedCaptions).default([]),
  /** Words that are hidden in pictures (captions/closed-data.ts): of those that carry some, in the order that they are shown in. */
  closedData: z.array(ClosedData).max(MAX_CLOSED).default([]),
  /** Larger pictures of the storyboard's times (storyboard/thumbnail.ts), in order. */
  thumbnails: z.array(StoredFile).default([]),
};

/**
 * What a task says of its work: a document at `taskResultKey`, written last, after everything it names is in the bucket.
 *
 * A source that can never succeed is an outcome, not a failure of the task: Step Functions' Retry cannot look into a
 * cause, so only failures that another run may cure leave the process with a non-zero exit code.
 */
export const TaskResult = z.discriminatedUnion("outcome", [
  Rejected,
  z.strictObject({
    ...TaskTicket.shape,
    outcome: z.literal("ready"),
    ...MADE,
    renditions: MADE.renditions.min(1),
    poster: Poster,
    storyboard: Storyboard,
  }),
]);
export type TaskResult = z.infer<typeof TaskResult>;
export type ReadyResult = Extract<TaskResult, { outcome: "ready" }>;

/** What a task says of a part of the work: a document at `partResultKey`, like that of a whole. */
export const PartResult = z.discriminatedUnion("outcome", [
  Rejected,
  z.strictObject({
    ...TaskTicket.shape,
    outcome: z.literal("made"),
    part: z.int().nonnegative(),
    ...MADE,
    poster: Poster,
    /** Null where no tile falls into the part. */
    storyboard: Storyboard.nullable(),
  }),
]);
export type PartResult = z.infer<typeof PartResult>;
export type MadePart = Extract<PartResult, { outcome: "made" }>;

/**
 * How a task's process ends when it has no result: Step Functions' `Cause` carries the exit code of the container, so
 * that a failure can be told from others without reading logs. 137 is what the kernel leaves of a process killed for
 * its memory, 143 of one that was asked to stop.
 */
export const EXIT_CODES = {
  processing_failed: 1,
  output_invalid: 65,
  processing_timed_out: 75,
  processing_out_of_memory: 137,
} as const satisfies Partial<Record<FailureCode, number>>;

export const EXIT_STOPPED = 143;
