import { basename } from "node:path";
import { codecOf } from "@telecine/core/ladder/ladder";
import { checkArgs, type Sample, type Still } from "../ffmpeg/check-args.ts";
import type { RunTool } from "../ffmpeg/spawn.ts";
import { TaskFailure } from "../task/outcome.ts";
import type { Output } from "./output.ts";
import { fragmentsOf, invalid, type MeasuredTrack } from "./track.ts";

const MIN_TIMEOUT_MS = 5 * 60_000;
const TIMEOUT_MS_PER_FRAME = 100;

/** A decoder drops the priming of AAC. */
const AAC_PRIMING_FRAMES = 2;

export interface DecodeDependencies {
  readonly run: RunTool;
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** Something to decode, and how many frames must come out. */
interface Part {
  readonly sample: Sample;
  readonly frames: number;
  readonly forgiven: number;
}

/** Of a group: a keyframe, and more than what is predicted from one another until the next that others lean on. */
const BEGINNING_FRAMES = 8;

/**
 * Decodes the smallest rendition and all sound from beginning to end, and of every other rendition the beginning of the last
 * fragment; all that they have was found whole, byte for byte, and comes from the same encoder. Decoding all of it would cost
 * 16 % of the encode, this costs 1 % of half a minute. Makes a picture of a keyframe on the way. Throws a
 * {@link TaskFailure} when a frame is missing.
 */
export async function checkDecoding(output: Output, still: Still, deps: DecodeDependencies): Promise<void> {
  const parts = partsOf(output);
  const decoded = parts.map(() => 0);
  const ended = await deps.run({
    tool: "ffmpeg",
    args: checkArgs(
      parts.map(({ sample }) => sample),
      still,
    ),
    folder: deps.folder,
    timeoutMs: MIN_TIMEOUT_MS + output.frameCount * TIMEOUT_MS_PER_FRAME,
    limits: { cpuSeconds: 8 * 3600, fileSizeBytes: 64 * 1024 ** 2, niceness: 5 },
    signal: deps.signal,
    onLine: (line) => {
      const stream = Number(/^(\d+),/.exec(line)?.[1] ?? NaN);
      if (stream in decoded) decoded[stream] = (decoded[stream] ?? 0) + 1;
    },
  });
  if (ended.timedOut)
    throw new TaskFailure("processing_timed_out", "Decoding what was made did not end in time.");
  if (ended.exitCode !== 0) throw invalid(`it cannot be decoded: ${ended.errors}`);
  parts.forEach(({ sample, frames, forgiven }, index) => {
    const count = decoded[index] ?? 0;
    if (Math.abs(frames - count) > forgiven)
      throw invalid(`${sample.name} decodes to ${count} frames of ${frames}`);
  });
}

/** The smallest rendition in H.264 is the one that decodes with the least work. */
function partsOf({ renditions, audio }: Output): Part[] {
  const smallest = renditions.findLast(({ name }) => codecOf(name) === "h264");
  const others = renditions.filter((track) => track !== smallest).toReversed();
  const pictures = smallest ? [whole(smallest, 0), ...others.map(lastBeginning)] : [];
  return [...pictures, ...audio.map((track) => whole(track, AAC_PRIMING_FRAMES))];
}

function whole({ name, sampleCount }: MeasuredTrack, forgiven: number): Part {
  return { sample: { kind: "whole", name }, frames: sampleCount, forgiven };
}

function lastBeginning({ name, segments }: MeasuredTrack): Part {
  const last = fragmentsOf(segments).at(-1) ?? segments[0].fragments[0];
  const frames = Math.min(BEGINNING_FRAMES, last.sampleCount);
  return {
    sample: { kind: "beginning", name, fragment: basename(last.file), frames },
    frames,
    forgiven: 0,
  };
}
