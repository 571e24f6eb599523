import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toneMapCube } from "../color/cube.ts";
import { encodeArgs } from "../ffmpeg/args.ts";
import {
  CAPTIONS_FOLDER,
  type EncodePlan,
  OUTPUT_FOLDER,
  STORYBOARD_FOLDER,
  TONE_MAP_FILE,
} from "../ffmpeg/plan.ts";
import { createProgressReader, type EncodeProgress } from "../ffmpeg/progress.ts";
import type { Ended, RunTool } from "../ffmpeg/spawn.ts";
import { toNumber } from "@telecine/core/media/rational";
import { THUMBNAIL_FOLDER } from "@telecine/core/storyboard/thumbnail";
import { Rejection, TaskFailure } from "./outcome.ts";

/** A minute of work for a second of video is slower than anything that still makes sense. */
const WALL_MS_PER_SOURCE_SECOND = 60_000;
const MIN_TIMEOUT_MS = 10 * 60_000;
/** Below the workflow's own limit of eight hours, so that the reason is told. */
const MAX_TIMEOUT_MS = 7.5 * 3600_000;
/** Nothing for this long is a hang, not a slow machine. */
const STALL_MS = 5 * 60_000;
/** A segment is a few megabytes; four hours of plain sound are 2.8 GB. */
const MAX_FILE_BYTES = 4 * 1024 ** 3;
const CORES_AT_MOST = 64;

/** ffmpeg's own code for a source of which most could not be decoded. */
const EXIT_MOSTLY_UNDECODABLE = 69;

export interface EncodeDependencies {
  readonly run: RunTool;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: EncodeProgress) => void;
}

/** Runs the plan. What it leaves in `out/` is not to be trusted before it was verified: ffmpeg may say 0 and lie. */
export async function encode(plan: EncodePlan, deps: EncodeDependencies): Promise<void> {
  await makeFolders(plan, deps.folder);
  await writeToneMap(plan, deps.folder);
  const { frames } = await runEncoder(encodeArgs(plan), plan, deps);
  if (frames === 0 && plan.rungs.length > 0) throw new Rejection("source_corrupt");
}

/** ffmpeg makes files, and no folders for them. */
export async function makeFolders({ rungs, audio }: EncodePlan, folder: string): Promise<void> {
  const tracks = [...rungs, ...audio].map(({ name }) => name);
  await mkdir(join(folder, CAPTIONS_FOLDER), { recursive: true });
  for (const name of [...tracks, STORYBOARD_FOLDER, THUMBNAIL_FOLDER])
    await mkdir(join(folder, OUTPUT_FOLDER, name), { recursive: true });
}

/** The table that ffmpeg maps HDR by, in the folder that it runs in; nothing where there is no HDR. */
export async function writeToneMap({ video: { color }, rungs }: EncodePlan, folder: string): Promise<void> {
  if (color.kind !== "tone-map" || rungs.length === 0) return;
  await writeFile(join(folder, TONE_MAP_FILE), toneMapCube(color.hdr));
}

/**
 * Runs ffmpeg for as long as encoding a plan may take, and gives its last report. Throws a {@link TaskFailure} or a
 * {@link Rejection} when it fails.
 */
export async function runEncoder(
  args: string[],
  plan: EncodePlan,
  deps: EncodeDependencies,
): Promise<EncodeProgress> {
  let last: EncodeProgress = { frames: 0, seconds: 0, done: false };
  const watchdog = createWatchdog((progress) => {
    last = progress;
    deps.onProgress(progress);
  });
  const durationSeconds = plan.frameCount / toNumber(plan.frameRate);
  const timeoutMs = Math.min(
    Math.max(durationSeconds * WALL_MS_PER_SOURCE_SECOND, MIN_TIMEOUT_MS),
    MAX_TIMEOUT_MS,
  );
  try {
    const ended = await deps.run({
      tool: "ffmpeg",
      args,
      folder: deps.folder,
      timeoutMs,
      limits: {
        cpuSeconds: Math.ceil((timeoutMs / 1000) * CORES_AT_MOST),
        fileSizeBytes: MAX_FILE_BYTES,
        niceness: 5,
      },
      signal: AbortSignal.any([deps.signal, watchdog.signal]),
      onLine: createProgressReader(watchdog.alive),
    });
    throwIfFailed(ended);
    return last;
  } finally {
    watchdog.dispose();
  }
}

/** Aborts when neither picture nor sound goes on. */
function createWatchdog(onProgress: (progress: EncodeProgress) => void) {
  const controller = new AbortController();
  const message = `ffmpeg made nothing for ${STALL_MS / 60_000} minutes.`;
  const bark = () => {
    controller.abort(new TaskFailure("processing_timed_out", message));
  };
  let reached = "";
  let timer = setTimeout(bark, STALL_MS);
  const alive = (progress: EncodeProgress) => {
    const position = `${progress.frames} ${progress.seconds}`;
    if (position !== reached) {
      clearTimeout(timer);
      timer = setTimeout(bark, STALL_MS);
      reached = position;
    }
    onProgress(progress);
  };
  const dispose = () => {
    clearTimeout(timer);
  };
  return { signal: controller.signal, alive, dispose };
}

function throwIfFailed({ exitCode, killedBy, timedOut, errors }: Ended): void {
  if (exitCode === 0) return;
  const cause = { cause: new Error(errors) };
  if (timedOut) throw new TaskFailure("processing_timed_out", "ffmpeg did not end in time.", cause);
  if (killedBy === "SIGKILL") {
    throw new TaskFailure(
      "processing_out_of_memory",
      "ffmpeg was killed, most likely for the memory it used.",
      cause,
    );
  }
  if (exitCode === EXIT_MOSTLY_UNDECODABLE) throw new Rejection("source_corrupt", cause);
  throw new TaskFailure(
    "processing_failed",
    `ffmpeg ended with ${killedBy ?? exitCode}: ${lastLine(errors)}`,
    cause,
  );
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}
