import type { Timing } from "@telecine/core/plan/plan";
import type { SourceColor } from "@telecine/core/source/color";
import type { SourceInfo } from "@telecine/core/task/contract";
import { fileTypeFromFile } from "file-type";
import { type FirstFrames, NO_FRAMES, parseFirstFrames } from "../ffmpeg/first-frames.ts";
import { isInterlaced, parseProbe, pictureOf, type Probe, type ProbeStream } from "../ffmpeg/probe.ts";
import { firstFramesArgs, isServed, packetArgs, probeArgs } from "../ffmpeg/read-args.ts";
import type { Ended, Invocation, RunTool } from "../ffmpeg/spawn.ts";
import { Rejection, TaskFailure } from "../task/outcome.ts";
import { describeColor } from "./color.ts";
import { describeSource } from "./describe.ts";
import { checkLimits, withoutPicture } from "./limits.ts";
import { measureHeader, type Measurement, measureSource } from "./measure.ts";
import { createTimelineReader, type PacketTimeline } from "./timeline.ts";

/** A healthy file is probed in a tenth of a second. */
const PROBE_TIMEOUT_MS = 10_000;
const PROBE_MAX_BYTES = 1_000_000;
const FRAMES_TIMEOUT_MS = 30_000;
const PACKETS_MIN_TIMEOUT_MS = 60_000;
/** The slowest disk that is expected. */
const READ_BYTES_PER_MS = 10_000;

export interface SourceFile {
  /** Of a file, or the address that this process serves it at. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** What an encode needs to know of a source that was found good. */
export interface Inspection extends Measurement {
  readonly info: SourceInfo;
  readonly picture: ProbeStream;
  readonly interlaced: boolean;
  readonly color: SourceColor;
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
  const measurement = measureSource(probe, picture, timeline);
  return inspectionOf({ source, probe, picture, measurement }, deps);
}

/** The same of a source whose pictures were counted before, and of which only the header is read here. */
export async function inspectHeader(
  source: SourceFile,
  timing: Timing,
  deps: InspectDependencies,
): Promise<Inspection> {
  const { probe, errors } = await readHeader(source, deps);
  const picture = pictureOf(probe);
  if (!picture) throw withoutPicture(probe, errors);
  const measurement = measureHeader(probe, picture, timing);
  return inspectionOf({ source, probe, picture, measurement }, deps);
}

interface Found {
  readonly source: SourceFile;
  readonly probe: Probe;
  readonly picture: ProbeStream;
  readonly measurement: Measurement;
}

async function inspectionOf(
  { source, probe, picture, measurement }: Found,
  deps: InspectDependencies,
): Promise<Inspection> {
  const first = await readFirstFrames(source, picture.index, deps);
  const { frameRate, sounds, shownSeconds } = measurement;
  const color = describeColor(picture, first);
  const info = describeSource({
    probe,
    picture,
    first,
    color,
    sound: sounds[0]?.stream,
    sizeBytes: source.sizeBytes,
    durationSeconds: shownSeconds,
    frameRate,
  });
  return { ...measurement, info, picture, interlaced: isInterlaced(picture, first), color };
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
  // A source that is served was read before, by whoever made the plan.
  if (isServed(path))
    return new TaskFailure("processing_failed", `ffprobe cannot read the source: ${errors}`);
  const type = await fileTypeFromFile(path);
  if (!type?.mime.startsWith("video/")) return new Rejection("source_not_video", cause);
  return new Rejection(errors.includes("moov atom not found") ? "source_truncated" : "source_corrupt", cause);
}

async function readPackets(
  source: SourceFile,
  pictureStream: number,
  deps: InspectDependencies,
): Promise<PacketTimeline> {
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

/**
 * What the first frames say must be the same to every task that makes a part of a video: that they cannot be read makes
 * a task fail. Frames that cannot be decoded, or not soon, say nothing to any.
 */
async function readFirstFrames(
  source: SourceFile,
  pictureStream: number,
  deps: InspectDependencies,
): Promise<FirstFrames> {
  const args = firstFramesArgs(source.path, pictureStream);
  const { exitCode, output, outputTooLarge, killedBy, errors } = await deps.run({
    ...invocation("ffprobe", args, FRAMES_TIMEOUT_MS, deps),
    maxOutputBytes: PROBE_MAX_BYTES,
  });
  if (outputTooLarge || killedBy) return NO_FRAMES;
  if (exitCode === 0) return parseFirstFrames(output);
  throw new TaskFailure("processing_failed", `ffprobe cannot read the source: ${errors}`);
}

/** How a tool is run that only reads. */
export function invocation(
  tool: Invocation["tool"],
  args: string[],
  timeoutMs: number,
  { folder, signal }: InspectDependencies,
) {
  const limits = { cpuSeconds: Math.ceil(timeoutMs / 1000), fileSizeBytes: 0, niceness: 0 };
  return { tool, args, folder, timeoutMs, limits, signal };
}
