import type { SourceInfo } from "@telecine/core/task/contract";
import { fileTypeFromFile } from "file-type";
import { packetArgs, probeArgs } from "../ffmpeg/args.ts";
import {
  isInterlaced,
  parseProbe,
  pictureOf,
  type Probe,
  type ProbeStream,
  soundOf,
  statedRates,
} from "../ffmpeg/probe.ts";
import type { Ended, Invocation, RunTool } from "../ffmpeg/spawn.ts";
import { encodedRate, type FrameRate, frameRateOf } from "./frame-rate.ts";
import { checkLimits, isTooFast, MAX_DURATION_SECONDS, withoutPicture } from "./limits.ts";
import { type Rational, toNumber } from "../rational.ts";
import { Rejection, TaskFailure } from "../task/outcome.ts";
import { describeSource } from "./describe.ts";
import { createTimelineReader, type Span, type Timeline } from "./timeline.ts";

/** A healthy file is probed in a tenth of a second. */
const PROBE_TIMEOUT_MS = 10_000;
const PROBE_MAX_BYTES = 1_000_000;
const PACKETS_MIN_TIMEOUT_MS = 60_000;
/** The slowest disk that is expected. */
const READ_BYTES_PER_MS = 10_000;

export interface SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
}

/** What an encode needs to know of a source that was found good. */
export interface Inspection {
  readonly info: SourceInfo;
  readonly picture: ProbeStream;
  readonly sound: ProbeStream | undefined;
  readonly interlaced: boolean;
  /** When the first picture is shown, on the file's clock. */
  readonly startSeconds: number;
  /** Of the moving picture. */
  readonly durationSeconds: number;
  /** Of what is to be made. */
  readonly frameRate: Rational;
}

export interface InspectDependencies {
  readonly run: RunTool;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Finds out what a source is, decoding nothing. Throws a {@link Rejection} when it can never become a video: not a
 * video, damaged beyond use, cut off, or beyond a limit.
 */
export async function inspectSource(source: SourceFile, deps: InspectDependencies): Promise<Inspection> {
  const { probe, errors } = await readHeader(source, deps);
  const picture = pictureOf(probe);
  if (!picture) throw withoutPicture(probe, errors);
  checkLimits(probe, picture);
  const timeline = await readPackets(source, picture.index, deps);
  const span = timeline.spans.get(picture.index);
  const measured = frameRateOf(timeline.pictureTimes, statedRates(picture));
  if (!span || !measured) throw new Rejection("source_corrupt");
  const durationSeconds = lengthOf(span, measured);
  checkMeasured(probe, timeline, measured, durationSeconds);
  const sound = soundOf(probe);
  const info = describeSource({
    probe,
    picture,
    sound,
    sizeBytes: source.sizeBytes,
    // What the header says is what other players will show; it may count sound that goes on after the picture.
    durationSeconds: probe.format.duration ?? durationSeconds,
    frameRate: measured.constant ? measured.rate : (picture.avg_frame_rate ?? measured.rate),
  });
  return {
    info,
    picture,
    sound,
    interlaced: isInterlaced(picture),
    startSeconds: span.startSeconds,
    durationSeconds,
    frameRate: encodedRate(measured.rate),
  };
}

async function readHeader(
  source: SourceFile,
  deps: InspectDependencies,
): Promise<{ probe: Probe; errors: string }> {
  const ended = await deps.run({
    ...invocation("ffprobe", probeArgs(source.path), PROBE_TIMEOUT_MS, deps),
    maxOutputBytes: PROBE_MAX_BYTES,
  });
  if (ended.timedOut || ended.outputTooLarge) throw new Rejection("source_probe_timed_out");
  if (ended.exitCode !== 0) throw await whyUnreadable(source, ended);
  return { probe: parseProbe(ended.output), errors: ended.errors };
}

/** A file that ffprobe refuses: cut off, or of a kind that is read but damaged, or of another kind altogether. */
async function whyUnreadable({ path }: SourceFile, { killedBy, errors }: Ended): Promise<Error> {
  if (killedBy) return new TaskFailure("processing_failed", `ffprobe was ended by ${killedBy}.`);
  const cause = { cause: new Error(errors) };
  if (errors.includes("exceeds max_streams")) return new Rejection("source_too_many_streams", cause);
  const type = await fileTypeFromFile(path);
  if (!type?.mime.startsWith("video/")) return new Rejection("source_not_video", cause);
  return new Rejection(errors.includes("moov atom not found") ? "source_truncated" : "source_corrupt", cause);
}

async function readPackets(
  source: SourceFile,
  pictureStream: number,
  deps: InspectDependencies,
): Promise<Timeline> {
  const reader = createTimelineReader(pictureStream);
  const timeoutMs = PACKETS_MIN_TIMEOUT_MS + source.sizeBytes / READ_BYTES_PER_MS;
  const ended = await deps.run({
    ...invocation("ffprobe", packetArgs(source.path), timeoutMs, deps),
    onLine: reader.read,
  });
  if (ended.timedOut) throw new Rejection("source_probe_timed_out");
  if (ended.killedBy) throw new TaskFailure("processing_failed", `ffprobe was ended by ${ended.killedBy}.`);
  return reader.end();
}

function invocation(
  tool: Invocation["tool"],
  args: string[],
  timeoutMs: number,
  { folder, signal }: InspectDependencies,
) {
  const limits = { cpuSeconds: Math.ceil(timeoutMs / 1000), fileSizeBytes: 0, niceness: 0 };
  return { tool, args, folder, timeoutMs, limits, signal };
}

/** The last picture is shown for a frame at least, also where the file does not say how long. */
function lengthOf({ startSeconds, endSeconds }: Span, { rate }: FrameRate): number {
  return Math.max(endSeconds - startSeconds, 1 / toNumber(rate));
}

function lengthOfAll({ spans }: Timeline): number {
  const all = [...spans.values()];
  return Math.max(...all.map((span) => span.endSeconds)) - Math.min(...all.map((span) => span.startSeconds));
}

function checkMeasured(probe: Probe, timeline: Timeline, { rate }: FrameRate, durationSeconds: number): void {
  if (isTooFast(toNumber(rate))) throw new Rejection("source_frame_rate_unsupported");
  if (durationSeconds > MAX_DURATION_SECONDS) throw new Rejection("source_too_long");
  const claimed = probe.format.duration ?? 0;
  if (claimed - lengthOfAll(timeline) > toleratedLoss(claimed)) throw new Rejection("source_truncated");
}

/** Seconds that a header may promise too much: some writers round, and some count what they cut away. */
export function toleratedLoss(durationSeconds: number): number {
  return Math.min(Math.max(durationSeconds * 0.01, 0.5), 10);
}
