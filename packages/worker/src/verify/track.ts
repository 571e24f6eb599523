import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { INIT_NAME, OUTPUT_FOLDER } from "../ffmpeg/plan.ts";
import { TaskFailure } from "../task/outcome.ts";
import { type Fragment, type Init, readFragment, readInit, sum } from "./fragments.ts";

export interface MeasuredFile {
  /** Relative to the output folder, for example `1080p/00000.m4s`: also its key below the output prefix. */
  readonly key: string;
  readonly sizeBytes: number;
}

interface MeasuredSegment extends MeasuredFile {
  readonly durationSeconds: number;
  readonly sampleCount: number;
  /** Positions among the segment's samples. */
  readonly keyframes: readonly number[];
}

/** One rendition or sound track as it lies on disk, measured from its bytes. */
export interface MeasuredTrack {
  readonly name: string;
  readonly init: MeasuredFile;
  readonly description: Init;
  readonly segments: readonly [MeasuredSegment, ...MeasuredSegment[]];
  readonly sampleCount: number;
  /** True when all samples last equally long, but for the very last one. */
  readonly steady: boolean;
}

/**
 * Measures what was written for `name`. Throws a {@link TaskFailure} unless every segment is there, is whole, begins
 * with a keyframe and where the one before it ends: ffmpeg exits with 0 on a full disk too.
 */
export async function measureTrack(folder: string, name: string): Promise<MeasuredTrack> {
  const path = join(folder, OUTPUT_FOLDER, name);
  const listed = await explained(name, () => readdir(path));
  const files = listed.filter((file) => file.endsWith(".m4s")).sort();
  const description = await explained(`${name}/${INIT_NAME}`, () => readInit(join(path, INIT_NAME)));
  const segments: MeasuredSegment[] = [];
  const lengths = new Set<number>();
  let time = 0;
  for (const file of files) {
    const key = `${name}/${file}`;
    const fragment = await explained(key, () => readFragment(join(path, file)));
    if (fragment.decodeTime !== time)
      throw invalid(`${key} begins at ${fragment.decodeTime} instead of ${time}`);
    if (fragment.keyframes[0] !== 0) throw invalid(`${key} does not begin with a keyframe`);
    const ticks = sum(fragment.durations);
    fragment.durations
      .slice(0, file === files.at(-1) ? -1 : undefined)
      .forEach((length) => lengths.add(length));
    segments.push(measured(key, fragment, ticks / description.timescale));
    time += ticks;
  }
  const [first, ...others] = segments;
  if (!first) throw invalid(`${name} has no segments`);
  return {
    name,
    init: { key: `${name}/${INIT_NAME}`, sizeBytes: description.sizeBytes },
    description,
    segments: [first, ...others],
    sampleCount: sum(segments.map(({ sampleCount }) => sampleCount)),
    steady: lengths.size <= 1,
  };
}

function measured(key: string, fragment: Fragment, durationSeconds: number): MeasuredSegment {
  if (!(durationSeconds > 0)) throw invalid(`${key} lasts no time`);
  const { sizeBytes, durations, keyframes } = fragment;
  return { key, sizeBytes, durationSeconds, sampleCount: durations.length, keyframes };
}

async function explained<Result>(key: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    throw invalid(`${key} ${error instanceof Error ? error.message : "cannot be read"}`, { cause: error });
  }
}

export function invalid(what: string, options?: ErrorOptions): TaskFailure {
  return new TaskFailure("output_invalid", `What was made is not right: ${what}.`, options);
}
