export const MAX_DURATION_SECONDS = 4 * 3600;
const MAX_FRAMES_PER_SECOND = 240;
const SIDE = { min: 16, max: 8192 } as const;
const MAX_PIXELS = 36_000_000;

/** Streams that a source may have. */
export const MAX_STREAMS = 64;

/** More pictures than the longest and fastest source has are beyond the limits whatever their times. */
export const MAX_PICTURES = MAX_DURATION_SECONDS * MAX_FRAMES_PER_SECOND;

export function isTooLong(durationSeconds: number): boolean {
  return durationSeconds > MAX_DURATION_SECONDS;
}

export function isTooFast(framesPerSecond: number): boolean {
  return framesPerSecond > MAX_FRAMES_PER_SECOND + 0.01;
}

/** Whether a picture of this size is accepted, as coded and as displayed. */
export function isSupportedSize(width: number, height: number): boolean {
  const sides = [width, height].every((side) => side >= SIDE.min && side <= SIDE.max);
  return sides && width * height <= MAX_PIXELS;
}
