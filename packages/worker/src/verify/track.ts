import { access, readdir } from "node:fs/promises";
import { join } from "node:path";
import { fragmentName, INIT_NAME, OUTPUT_FOLDER } from "../ffmpeg/plan.ts";
import { TaskFailure } from "../task/outcome.ts";
import { type Fragment, type Init, isWhole, readFragment, readInit, sum } from "./fragments.ts";

export interface MeasuredFile {
  /** Relative to the output folder, for example `1080p/init.mp4`: also its key below the output prefix. */
  readonly key: string;
  readonly sizeBytes: number;
}

/** One group of pictures, or the sound beside it, as ffmpeg wrote it. */
export interface MeasuredFragment {
  /** Relative to the output folder. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
  readonly sampleCount: number;
  /** Positions among the fragment's samples. */
  readonly keyframes: readonly number[];
  readonly firstSample: Fragment["firstSample"];
}

/** What a player fetches at once: one fragment or more, one behind the other. */
export interface MeasuredSegment extends MeasuredFile {
  readonly durationSeconds: number;
  readonly fragments: readonly [MeasuredFragment, ...MeasuredFragment[]];
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

export interface TrackPlan {
  readonly name: string;
  /** The number of the segment that the fragment of this number belongs to; both count from 0 over the whole video. */
  readonly segmentOf: (fragment: number) => number;
  /** The number of the first fragment that is made here. */
  readonly firstFragment: number;
  /** When it begins, in ticks of a timescale. */
  readonly startTicks: (timescale: number) => number;
}

/** Measures a track while ffmpeg still writes it. */
export interface TrackMeter {
  /**
   * Measures what has been completed since the last call, and gives the segments that are whole with it; `ended` says
   * that nothing follows. Throws a {@link TaskFailure} unless every fragment is whole, begins with a keyframe and where
   * the one before it ends: ffmpeg exits with 0 on a full disk too.
   */
  readonly advance: (ended: boolean) => Promise<MeasuredSegment[]>;
  /** All of it so far; undefined before the first segment. */
  readonly track: () => MeasuredTrack | undefined;
}

export function createTrackMeter(folder: string, plan: TrackPlan): TrackMeter {
  const { name } = plan;
  const segments: MeasuredSegment[] = [];
  const clock = { ticks: 0, lengths: new Set<number>(), last: [] as readonly number[] };
  let open: MeasuredFragment[] = [];
  let description: Init | undefined;
  let count = 0;

  const measureNext = async (): Promise<void> => {
    const file = `${name}/${fragmentName(count)}`;
    description ??= await explained(`${name}/${INIT_NAME}`, () =>
      readInit(join(folder, OUTPUT_FOLDER, name, INIT_NAME)),
    );
    if (count === 0) clock.ticks = plan.startTicks(description.timescale);
    const fragment = await explained(file, () => readFragment(join(folder, OUTPUT_FOLDER, file)));
    checkPlace(file, fragment, clock.ticks);
    // The last sample of all may be shorter: which one that is, the next fragment tells.
    for (const length of [...clock.last, ...fragment.durations.slice(0, -1)]) clock.lengths.add(length);
    clock.last = fragment.durations.slice(-1);
    const ticks = sum(fragment.durations);
    clock.ticks += ticks;
    open.push(describe(file, fragment, ticks / description.timescale));
    count++;
  };

  const close = (): MeasuredSegment[] => {
    const number = plan.segmentOf(plan.firstFragment + count - 1);
    const segment = joined(`${name}/${segmentName(number)}`, open);
    open = [];
    segments.push(segment);
    return [segment];
  };

  return {
    advance: async (ended) => {
      const closed: MeasuredSegment[] = [];
      const isNext = ended ? exists : isWhole;
      while (await isNext(join(folder, OUTPUT_FOLDER, name, fragmentName(count)))) {
        await measureNext();
        const next = plan.firstFragment + count;
        if (plan.segmentOf(next) !== plan.segmentOf(next - 1)) closed.push(...close());
      }
      if (ended && (await countFragments(join(folder, OUTPUT_FOLDER, name))) !== count)
        throw invalid(`${name}/${fragmentName(count)} is missing`);
      if (ended && open.length > 0) closed.push(...close());
      if (ended && segments.length === 0) throw invalid(`${name} has no segments`);
      return closed;
    },
    track: () => {
      const [first, ...others] = segments;
      if (!first || !description) return undefined;
      return {
        name,
        init: { key: `${name}/${INIT_NAME}`, sizeBytes: description.sizeBytes },
        description,
        segments: [first, ...others],
        sampleCount: sum(fragmentsOf([first, ...others]).map(({ sampleCount }) => sampleCount)),
        steady: clock.lengths.size <= 1,
      };
    },
  };
}

export function fragmentsOf(segments: readonly MeasuredSegment[]): MeasuredFragment[] {
  return segments.flatMap(({ fragments }) => fragments);
}

function checkPlace(file: string, { decodeTime, keyframes }: Fragment, expected: number): void {
  if (decodeTime !== expected) throw invalid(`${file} begins at ${decodeTime} instead of ${expected}`);
  if (keyframes[0] !== 0) throw invalid(`${file} does not begin with a keyframe`);
}

function describe(file: string, fragment: Fragment, durationSeconds: number): MeasuredFragment {
  if (!(durationSeconds > 0)) throw invalid(`${file} lasts no time`);
  const { sizeBytes, durations, keyframes, firstSample } = fragment;
  return { file, sizeBytes, durationSeconds, sampleCount: durations.length, keyframes, firstSample };
}

function joined(key: string, [first, ...others]: readonly MeasuredFragment[]): MeasuredSegment {
  if (!first) throw invalid(`${key} is empty`);
  const fragments = [first, ...others] as const;
  return {
    key,
    sizeBytes: sum(fragments.map(({ sizeBytes }) => sizeBytes)),
    durationSeconds: sum(fragments.map(({ durationSeconds }) => durationSeconds)),
    fragments,
  };
}

function segmentName(number: number): string {
  return `${String(number).padStart(5, "0")}.m4s`;
}

async function countFragments(folder: string): Promise<number> {
  const files = await explained(folder, () => readdir(folder));
  return files.filter((file) => file.endsWith(".m4s")).length;
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
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
