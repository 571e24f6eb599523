import type { Timing } from "../plan/plan.ts";
import { encodedRate, type FrameRate, frameRateOf } from "./frame-rate.ts";
import { formatRational, type Rational, toNumber } from "./rational.ts";
import type { Span } from "./timeline.ts";

/** What the times of a source's pictures say of them. */
export interface PictureMeasurement {
  readonly frameRate: FrameRate;
  /** When the first picture is shown, on the file's clock. */
  readonly startSeconds: number;
  /** Of the moving picture. */
  readonly durationSeconds: number;
}

/**
 * Measures the moving picture of a source, from its span, the times at which its pictures are shown (ascending), and the
 * rates that the file states, the steadier one first.
 */
export function measurePictures(
  span: Span,
  pictureTimes: readonly number[],
  stated: readonly Rational[],
): PictureMeasurement {
  const frameRate = frameRateOf(pictureTimes, stated);
  const { startSeconds } = span;
  return { frameRate, startSeconds, durationSeconds: endOf(span, pictureTimes, frameRate) - startSeconds };
}

/**
 * The last picture is shown for a frame, also where nobody says how long: ffmpeg gives reordered pictures of a coarse clock
 * (600 ticks a second, as phones use) a tick each.
 */
function endOf(
  { startSeconds, endSeconds }: Span,
  pictureTimes: readonly number[],
  { rate }: FrameRate,
): number {
  const last = pictureTimes.at(-1) ?? startSeconds;
  const frameSeconds = 1 / toNumber(rate);
  return endSeconds - last < frameSeconds / 2 ? last + frameSeconds : endSeconds;
}

/** The pictures that a source is encoded as: at one constant rate, and so many that they are shown as long as the source's. */
export interface EncodedPictures {
  readonly startSeconds: number;
  readonly frameRate: Rational;
  readonly frameCount: number;
}

export function encodedPictures({
  frameRate: { rate },
  startSeconds,
  durationSeconds,
}: PictureMeasurement): EncodedPictures {
  const frameRate = encodedRate(rate);
  const frameCount = Math.max(1, Math.round(durationSeconds * toNumber(frameRate)));
  return { startSeconds, frameRate, frameCount };
}

/** The same as a plan states it. */
export function timingOf({ startSeconds, frameRate, frameCount }: EncodedPictures): Timing {
  return { startSeconds, frameRate: formatRational(frameRate), frameCount };
}
