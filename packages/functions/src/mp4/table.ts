import type { Samples } from "./fragments.ts";

/** Equal values in a row, counted. */
interface Runs {
  readonly counts: number[];
  readonly values: number[];
}

/** What an index says of one track: each sample's length, size and place, gathered fragment by fragment. */
export interface SampleTable {
  readonly durations: Runs;
  readonly offsets: Runs;
  readonly sizes: number[];
  /** Numbers of samples that can be decoded without another, from 1. */
  readonly keyframes: number[];
  /** Where each fragment's bytes begin, and how many samples they are. */
  readonly chunks: { readonly starts: number[]; readonly counts: number[] };
  /** Ticks until all samples are decoded, and until the last of them was shown. */
  readonly ends: { decoded: number; shown: number };
}

export function createTable(): SampleTable {
  const runs = () => ({ counts: [], values: [] });
  return {
    ...{ durations: runs(), offsets: runs(), sizes: [], keyframes: [] },
    chunks: { starts: [], counts: [] },
    ends: { decoded: 0, shown: 0 },
  };
}

/** Adds a fragment whose bytes lie at `start`, counted from the first byte of all media data. */
export function addSamples(table: SampleTable, samples: Samples, start: number): void {
  const before = table.sizes.length;
  samples.durations.forEach((duration, index) => {
    const offset = samples.offsets[index] ?? 0;
    count(table.durations, duration);
    count(table.offsets, offset);
    table.ends.decoded += duration;
    table.ends.shown = Math.max(table.ends.shown, table.ends.decoded + offset);
  });
  for (const size of samples.sizes) table.sizes.push(size);
  for (const index of samples.keyframes) table.keyframes.push(before + index + 1);
  table.chunks.starts.push(start);
  table.chunks.counts.push(samples.sizes.length);
}

function count({ counts, values }: Runs, value: number): void {
  const last = counts.length - 1;
  if (values[last] === value) counts[last] = (counts[last] ?? 0) + 1;
  else {
    counts.push(1);
    values.push(value);
  }
}
