import { MAX_PICTURES } from "@telecine/core/media/limits";
import type { Track } from "./boxes.ts";

/** When the samples of a track are decoded and shown, in ticks of its clock. */
export interface Samples {
  readonly timescale: number;
  readonly count: number;
  /** How long each lasts, in the order of decoding. */
  readonly durations: Float64Array;
  /** When each is shown, in the order of decoding. */
  readonly times: Float64Array;
  /** Which of them need no other; null when none does. */
  readonly keyframes: readonly number[] | null;
  /** In bytes, in the order of decoding. */
  readonly sizes: readonly number[];
}

/** The samples of a track; null where its tables leave something in doubt. */
export function samplesOf({ mdia }: Track): Samples | null {
  const { stts, ctts, stss, stsz, stz2 } = mdia.minf.stbl as Partial<typeof mdia.minf.stbl>;
  const timescale = mdia.mdhd.timescale;
  const sizes = stsz?.sample_sizes ?? stz2?.sample_sizes ?? [];
  const count = stsz?.sample_count ?? sizes.length;
  if (!stts || count === 0 || count > MAX_PICTURES || !(timescale > 0)) return null;
  const durations = expand(stts.sample_counts, stts.sample_deltas, count);
  const offsets = ctts && expand(ctts.sample_counts, ctts.sample_offsets, count);
  if (!durations || offsets === null || durations.some((duration) => !isDuration(duration))) return null;
  const times = new Float64Array(count);
  let decoded = 0;
  for (let index = 0; index < count; index += 1) {
    times[index] = decoded + (offsets?.[index] ?? 0);
    decoded += durations[index] ?? 0;
  }
  const keyframes = stss ? stss.sample_numbers.map((number) => number - 1) : null;
  return { timescale, count, durations, times, keyframes, sizes };
}

/** Some writers mean a negative number by a large one, and players differ about nothing at all. */
function isDuration(duration: number): boolean {
  return duration > 0 && duration < 2 ** 31;
}

/** A table of runs, one value for each sample; null where it is for more or for fewer of them. */
function expand(counts: readonly number[], values: readonly number[], count: number): Float64Array | null {
  const all = new Float64Array(count);
  let next = 0;
  for (const [index, run] of counts.entries()) {
    if (next + run > count) return null;
    all.fill(values[index] ?? 0, next, next + run);
    next += run;
  }
  return next === count ? all : null;
}
