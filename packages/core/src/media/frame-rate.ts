import { divide, fromNumber, type Rational, toNumber } from "./rational.ts";

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

/** For a single picture about which nothing is known. */
const STILL_RATE: Rational = { num: 25, den: 1 };

/**
 * Matroska states a frame's duration in nanoseconds, of which ffprobe makes fractions: 19001/317 for 60000/1001, one part in
 * 19 million off. 29.97 is twenty times as far from 30000/1001.
 */
const ROUNDING = 5e-7;

/** A rate that is this close to a measurement is what was measured. 29.97 and 30 are ten times as far apart. */
const SAME = 0.0001;

/** And however coarse a clock is, 29.97 and 30 are told apart. */
const MOST_UNSURE = 0.0004;

export interface FrameRate {
  readonly rate: Rational;
  /** False when pictures come at uneven intervals: `rate` is then the usual one among them. */
  readonly constant: boolean;
}

/**
 * The rate that a stream's pictures really keep, as exactly as it is stated somewhere; of a single picture, what is
 * stated.
 */
export function frameRateOf(pictureTimes: readonly number[], written: readonly Rational[]): FrameRate {
  const stated = written.map(unrounded);
  const intervals = intervalsOf(pictureTimes);
  // Where pictures were left out, most intervals are multiples of the one that is looked for.
  const short = intervals[Math.floor(intervals.length / 4)];
  if (short === undefined) return { rate: stated.find(isPlausible) ?? STILL_RATE, constant: true };
  const allowed = Math.min(CLOCK_ERROR_SECONDS, short / 10);
  const usual = intervals.filter((interval) => Math.abs(interval - short) <= allowed);
  const constant = usual.length >= intervals.length * 0.9;
  const overall = constant ? overallOf(intervals, short) : undefined;
  return { rate: exactly(meanRate(usual), overall, stated), constant };
}

/** The same rate, or the largest whole fraction of it that is not above 60 frames a second. */
export function encodedRate(rate: Rational): Rational {
  // 60.001 comes from rounding, and is not worth losing every second frame.
  return divide(rate, Math.max(1, Math.ceil(toNumber(rate) / (MAX_RATE + 0.01))));
}

/** The usual rate that a fraction was rounded from, or the fraction. */
function unrounded(rate: Rational): Rational {
  return USUAL.find((usual) => error(usual, toNumber(rate)) <= ROUNDING) ?? rate;
}

/** Beyond this, what is stated is the tick of a clock. */
function isPlausible(rate: Rational): boolean {
  return toNumber(rate) <= 240;
}

/** Ascending, without those of pictures that are shown at the same time. */
function intervalsOf(times: readonly number[]): number[] {
  const intervals = times.slice(1).map((time, index) => time - (times[index] ?? time));
  return intervals.filter((interval) => interval > 0).sort((a, b) => a - b);
}

interface Measured {
  readonly framesPerSecond: number;
  /** How far off it may be, as a share: its first and its last time are as coarse as the clock. */
  readonly unsure: number;
}

function overallOf(intervals: readonly number[], short: number): Measured {
  // Those between which no picture was left out differ by a tick of the clock.
  const near = intervals.filter((interval) => interval < short * 1.5);
  const tick = (near.at(-1) ?? 0) - (near[0] ?? 0);
  const framesPerSecond = meanRate(intervals);
  const unsure = SAME + (tick * framesPerSecond) / intervals.length;
  return { framesPerSecond, unsure: Math.min(unsure, MOST_UNSURE) };
}

function meanRate(intervals: readonly number[]): number {
  return intervals.length / intervals.reduce((sum, interval) => sum + interval, 0);
}

/**
 * The fraction that a measurement stands for. Over all of a steady stream, the rounding of its clock evens out, but a
 * single long interval spoils it; the usual interval is the other way round.
 */
function exactly(usual: number, overall: Measured | undefined, stated: readonly Rational[]): Rational {
  const [base, ...averages] = stated;
  const known = [...(base ? [base] : []), ...USUAL];
  const same = (rates: readonly Rational[], measured: number, unsure = SAME) =>
    rates.find((rate) => error(rate, measured) <= unsure);
  const closest = (rates: readonly Rational[]) =>
    rates
      .filter((rate) => error(rate, usual) <= (overall === undefined ? 0.02 : 0.005))
      .sort((a, b) => error(a, usual) - error(b, usual))[0];
  return (
    (overall && same(known, overall.framesPerSecond, overall.unsure)) ??
    same([...known, ...averages], usual) ??
    closest(stated) ??
    closest(USUAL) ??
    fromNumber(usual)
  );
}

function error(candidate: Rational, measured: number): number {
  return Math.abs(toNumber(candidate) - measured) / measured;
}
