/** What the packets of a picture weigh in one second of the file's clock. */
export interface SecondLoad {
  readonly keyframes: number;
  readonly keyframeBytes: number;
  readonly otherBytes: number;
}

/** By whole seconds of the file's clock; seconds in which nothing is shown are not in it. */
export type PictureLoad = ReadonlyMap<number, SecondLoad>;

/** A second with one more picture in it. */
export function weigh(
  second: SecondLoad | undefined,
  { sizeBytes, isKeyframe }: { readonly sizeBytes: number; readonly isKeyframe: boolean },
): SecondLoad {
  const { keyframes = 0, keyframeBytes = 0, otherBytes = 0 } = second ?? {};
  return isKeyframe
    ? { keyframes: keyframes + 1, keyframeBytes: keyframeBytes + sizeBytes, otherBytes }
    : { keyframes, keyframeBytes, otherBytes: otherBytes + sizeBytes };
}

/** A peak is what lasts longer than a player's buffer evens out. */
const PEAK_SECONDS = 8;

/** We begin a group of pictures every two seconds, however seldom the source does. */
const OWN_GROUPS = PEAK_SECONDS / 2;

/**
 * The most that a source spends for eight seconds, in kilobits a second, if it had as many keyframes as we make: in slides
 * that stand still, keyframes are nearly all there is. Null of nothing.
 */
export function peakBitrateKbps(load: PictureLoad): number | null {
  const seconds = [...load.keys()];
  if (seconds.length === 0) return null;
  const first = seconds.reduce((a, b) => Math.min(a, b));
  const last = seconds.reduce((a, b) => Math.max(a, b));
  const all = [...load.values()];
  const keyframes = all.reduce((sum, second) => sum + second.keyframes, 0);
  const keyframe = keyframes > 0 ? all.reduce((sum, second) => sum + second.keyframeBytes, 0) / keyframes : 0;
  let most = 0;
  for (let start = first; start <= Math.max(first, last - PEAK_SECONDS + 1); start++) {
    const length = Math.min(PEAK_SECONDS, last + 1 - start);
    const own = within(load, start, length);
    const bytes =
      own.otherBytes + Math.max(own.keyframeBytes, (keyframe * OWN_GROUPS * length) / PEAK_SECONDS);
    most = Math.max(most, (bytes * 8) / length / 1000);
  }
  return most;
}

/**
 * How much happens in each of the spans of a source: the bytes of all pictures but keyframes, which come when the source's
 * encoder likes. Of a source that is mostly keyframes, all bytes. An encoder of constant quality spends in proportion;
 * one of constant bitrate says nothing by it.
 */
export function activityOf(
  load: PictureLoad,
  startSeconds: number,
  spanSeconds: number,
  count: number,
): number[] {
  const all = [...load.values()];
  const other = all.reduce((sum, second) => sum + second.otherBytes, 0);
  const key = all.reduce((sum, second) => sum + second.keyframeBytes, 0);
  const weigh = (second: SecondLoad | undefined) =>
    (second?.otherBytes ?? 0) + (other < key / 4 ? (second?.keyframeBytes ?? 0) : 0);
  return Array.from({ length: count }, (_, index) => {
    const from = startSeconds + index * spanSeconds;
    return between(from, from + spanSeconds, (second) => weigh(load.get(second)));
  });
}

function within(load: PictureLoad, start: number, length: number): SecondLoad {
  const seconds = Array.from({ length }, (_, index) => load.get(start + index)).filter(
    (s) => s !== undefined,
  );
  const sum = (of: (second: SecondLoad) => number) =>
    seconds.reduce((total, second) => total + of(second), 0);
  return {
    keyframes: sum(({ keyframes }) => keyframes),
    keyframeBytes: sum(({ keyframeBytes }) => keyframeBytes),
    otherBytes: sum(({ otherBytes }) => otherBytes),
  };
}

/** Adds up what whole seconds weigh, those at the ends in part. */
function between(from: number, to: number, weigh: (second: number) => number): number {
  let sum = 0;
  for (let second = Math.floor(from); second < to; second++)
    sum += weigh(second) * (Math.min(to, second + 1) - Math.max(from, second));
  return sum;
}
