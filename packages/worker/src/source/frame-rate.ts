import { divide, fromNumber, type Rational, toNumber } from "../rational.ts";

/** Rates that cameras, screens and standards use, for files that state none or a wrong one. */
const USUAL: readonly Rational[] = [
  { num: 24_000, den: 1001 },
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 30, den: 1 },
  { num: 50, den: 1 },
  { num: 60_000, den: 1001 },
  { num: 60, den: 1 },
];

/** The most frames a second that are encoded. */
const MAX_RATE = 60;

/** Some containers write times in whole milliseconds. */
const CLOCK_ERROR_SECONDS = 0.0015;

/** A rate that is this close to what is stated is what is stated. */
const SAME = 0.0003;

export interface FrameRate {
  readonly rate: Rational;
  /** False when pictures come at uneven intervals: `rate` is then the usual one among them. */
  readonly constant: boolean;
}

/**
 * The rate that a stream's pictures really keep, as exactly as it is stated somewhere. Undefined when nothing is stated
 * and fewer than two pictures exist to tell.
 */
export function frameRateOf(
  pictureTimes: readonly number[],
  stated: readonly Rational[],
): FrameRate | undefined {
  const intervals = intervalsOf(pictureTimes);
  // Where pictures were left out, most intervals are multiples of the one that is looked for.
  const short = intervals[Math.floor(intervals.length / 4)];
  if (short === undefined) return stated[0] && { rate: stated[0], constant: true };
  const allowed = Math.min(CLOCK_ERROR_SECONDS, short / 10);
  const usual = intervals.filter((interval) => Math.abs(interval - short) <= allowed);
  const measured = usual.length / usual.reduce((sum, interval) => sum + interval, 0);
  const constant = usual.length >= intervals.length * 0.9;
  return { rate: exactly(measured, stated, constant ? 0.005 : 0.02), constant };
}

/** The same rate, or the largest whole fraction of it that is not above 60 frames a second. */
export function encodedRate(rate: Rational): Rational {
  // 60.001 comes from rounding, and is not worth losing every second frame.
  return divide(rate, Math.max(1, Math.ceil(toNumber(rate) / (MAX_RATE + 0.01))));
}

/** Ascending, without those of pictures that are shown at the same time. */
function intervalsOf(times: readonly number[]): number[] {
  const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return intervals.filter((interval) => interval > 0).sort((a, b) => a - b);
}

function exactly(measured: number, stated: readonly Rational[], tolerance: number): Rational {
  const error = (rate: Rational) => Math.abs(toNumber(rate) - measured) / measured;
  const closest = (rates: readonly Rational[]) =>
    rates.filter((rate) => error(rate) <= tolerance).sort((a, b) => error(a) - error(b))[0];
  return (
    stated.find((rate) => error(rate) <= SAME) ?? closest(stated) ?? closest(USUAL) ?? fromNumber(measured)
  );
}
