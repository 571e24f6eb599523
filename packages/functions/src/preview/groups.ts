import type { Samples } from "../container/mp4/samples.ts";

/** A picture that needs no other, and those up to the next one. */
export interface Group {
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly sizeBytes: number;
}

/** The groups of a track, by its tables. `sizes` are those of its samples, in the order of decoding. */
export function groupsOf(samples: Samples, sizes: (index: number) => number): Group[] {
  const { timescale, times, durations, count, keyframes } = samples;
  const starts = keyframes ?? Array.from({ length: count }, (_, index) => index);
  const last = times.reduce((latest, time, index) => Math.max(latest, time + (durations[index] ?? 0)), 0);
  return starts.map((start, place) => {
    const next = starts[place + 1] ?? count;
    let sizeBytes = 0;
    for (let index = start; index < next; index += 1) sizeBytes += sizes(index);
    const end = place + 1 < starts.length ? (times[next] ?? 0) : last;
    const from = times[start] ?? 0;
    return { startSeconds: from / timescale, durationSeconds: (end - from) / timescale, sizeBytes };
  });
}

/**
 * How many seconds a picture is decoded after it should be shown, at the most, where the pictures of a group are decoded in the
 * order of decoding at the instants at which they are shown.
 */
export function reorderOf({ timescale, times, count, keyframes }: Samples): number {
  const starts = keyframes ?? [];
  const lates = starts.map((start, place) => {
    const shown = times.slice(start, starts[place + 1] ?? count);
    return shown.toSorted().reduce((most, time, index) => Math.max(most, time - (shown[index] ?? time)), 0);
  });
  return lates.reduce((most, late) => Math.max(most, late), 0) / timescale;
}

/** Whole groups together, until they last so long: what becomes a segment each. */
export function joinGroups(groups: readonly Group[], leastSeconds: number): Group[] {
  const joined: Group[] = [];
  for (const group of groups) {
    const last = joined.at(-1);
    if (!last || group.startSeconds - last.startSeconds >= leastSeconds) joined.push(group);
    else
      joined[joined.length - 1] = {
        startSeconds: last.startSeconds,
        durationSeconds: group.startSeconds + group.durationSeconds - last.startSeconds,
        sizeBytes: last.sizeBytes + group.sizeBytes,
      };
  }
  return joined;
}
