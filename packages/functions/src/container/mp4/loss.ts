import { isCutOff } from "@telecine/core/media/timeline";
import type { Movie, Track } from "./boxes.ts";
import { samplesOf } from "./samples.ts";

/** What the task measures may differ from what is computed here by less. */
const MARGIN_SECONDS = 2;

/**
 * Whether a file holds the bytes that its index names: all of them; not all, or who knows; or so few that the task would
 * refuse it for certain, for nothing after the end of the file can be shown.
 */
export type Wholeness = "whole" | "doubtful" | "cut off";

export function wholenessOf({ mvhd }: Movie, tracks: readonly Track[], sizeBytes: number): Wholeness {
  const timed = tracks.filter(({ mdia }) => ["vide", "soun"].includes(mdia.hdlr.handler));
  const found = timed.map((track) => availableOf(track, sizeBytes)).filter((available) => available !== null);
  if (found.length < timed.length) return "doubtful";
  if (found.every(({ isAll }) => isAll)) return "whole";
  const lengths = timed.map(({ mdia: { mdhd } }) => mdhd.duration / mdhd.timescale);
  const promised = Math.min(mvhd.duration / mvhd.timescale, Math.max(...lengths));
  const endSeconds = Math.max(...found.map(({ seconds }) => seconds)) + MARGIN_SECONDS;
  return isCutOff(promised, { startSeconds: 0, endSeconds }) ? "cut off" : "doubtful";
}

interface Available {
  readonly isAll: boolean;
  /** When the last of the samples is over that are in the file. */
  readonly seconds: number;
}

/** Null where the tables of a track do not tell. */
function availableOf(track: Track, sizeBytes: number): Available | null {
  const { stsc, stco, co64, stsz } = track.mdia.minf.stbl as Partial<typeof track.mdia.minf.stbl>;
  const offsets = (stco ?? co64)?.chunk_offsets;
  const samples = samplesOf(track);
  if (!stsc || !offsets || !stsz || !samples) return null;
  let [seconds, sample, missing] = [0, 0, 0];
  for (const { offset, count } of chunksOf(offsets, stsc.first_chunk, stsc.samples_per_chunk)) {
    let end = offset;
    for (const last = Math.min(sample + count, samples.count); sample < last; sample += 1) {
      end += stsz.sample_sizes[sample] ?? stsz.sample_size;
      const over = (samples.times[sample] ?? 0) + (samples.durations[sample] ?? 0);
      if (end > sizeBytes) missing += 1;
      else seconds = Math.max(seconds, over / samples.timescale);
    }
  }
  return { isAll: missing === 0 && sample === samples.count, seconds };
}

/** Where samples lie together, and how many: a run of chunks has the same number in each, up to the next run's first. */
function* chunksOf(offsets: readonly number[], firsts: readonly number[], counts: readonly number[]) {
  let run = 0;
  for (const [index, offset] of offsets.entries()) {
    while ((firsts[run + 1] ?? Infinity) <= index + 1) run += 1;
    yield { offset, count: counts[run] ?? 0 };
  }
}
