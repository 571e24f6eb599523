import { type PictureLoad, type SecondLoad, weigh } from "@telecine/core/media/load";
import type { Edit } from "./edit.ts";
import type { Samples } from "./samples.ts";

/** The pictures that an edit list leaves, in seconds of the file's clock. */
export interface Shown {
  /** Ascending. */
  readonly times: readonly number[];
  readonly keyframes: Float64Array;
  /** When the last picture is over: by its own duration, and by the usual one. ffmpeg takes now this, now that. */
  readonly ends: readonly [number, number];
  readonly load: PictureLoad;
}

/**
 * Applies an edit list as libavformat does (mov_fix_index): pictures outside of it are not shown, and the first of the others
 * is shown at zero, or after what the list leaves empty at the beginning. Null when nothing is left.
 */
export function shownOf(samples: Samples, edit: Edit): Shown | null {
  const inside = indicesInside(samples, edit);
  const order = inside.sort((a, b) => timeOf(samples, a) - timeOf(samples, b));
  const [first, last] = [order[0], order.at(-1)];
  if (first === undefined || last === undefined) return null;
  const origin = edit.isNone ? 0 : timeOf(samples, first) - edit.emptyTicks;
  const secondsOf = (index: number) => (timeOf(samples, index) - origin) / samples.timescale;
  const times = order.map(secondsOf);
  const end = secondsOf(last);
  const own = (samples.durations[last] ?? 0) / samples.timescale;
  const usual = times.length > 1 ? (end - secondsOf(first)) / (times.length - 1) : own;
  const keyframes = (samples.keyframes ?? []).filter((index) => isInside(timeOf(samples, index), edit));
  return {
    times,
    keyframes: Float64Array.from(keyframes, secondsOf).sort(),
    ends: [end + own, end + usual],
    load: loadOf(samples, order, secondsOf),
  };
}

/** What the pictures weigh by seconds, as the worker counts it (source/timeline.ts). */
function loadOf(
  samples: Samples,
  shown: readonly number[],
  secondsOf: (index: number) => number,
): PictureLoad {
  const keyframes = samples.keyframes && new Set(samples.keyframes);
  const load = new Map<number, SecondLoad>();
  for (const index of shown) {
    const second = Math.floor(secondsOf(index));
    const weight = { isKeyframe: keyframes?.has(index) ?? true, sizeBytes: samples.sizes[index] ?? 0 };
    load.set(second, weigh(load.get(second), weight));
  }
  return load;
}

function indicesInside(samples: Samples, edit: Edit): number[] {
  const inside: number[] = [];
  for (let index = 0; index < samples.count; index += 1)
    if (isInside(timeOf(samples, index), edit)) inside.push(index);
  return inside;
}

const timeOf = ({ times }: Samples, index: number) => times[index] ?? Infinity;

function isInside(time: number, { isNone, startTicks, endTicks }: Edit): boolean {
  return Number.isFinite(time) && (isNone || (time >= startTicks && time < endTicks));
}
