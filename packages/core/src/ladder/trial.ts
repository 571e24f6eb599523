import type { Tuning } from "./decide.ts";
import type { Rung } from "./ladder.ts";
import { PROFILES } from "./profiles.ts";
import { rounded } from "./size.ts";

/** Some groups of pictures of a video are encoded before it is, as it would be, to see what becomes of them. */

/** A try encodes at most two percent of a video of ten minutes or more, in at most so many groups. */
const SECONDS_PER_GROUP = 100;
const FEWEST = 6;
const MOST = 36;
/** Of short videos a third at most. */
const LEAST_SECONDS_PER_GROUP = 6;

/** A second look at one rung shows how this video answers to CRF, and nearly so do its other sizes: this one costs little. */
const SLOPE_SHORT_SIDE = 480;
const SLOPE_CRF_STEPS = 4;

export interface Film {
  readonly frameCount: number;
  readonly framesPerGroup: number;
  readonly framesPerSecond: number;
}

/** Which groups of a video are tried: as many as its length pays for, spread evenly. Numbers of groups, ascending. */
export function triedGroups({ frameCount, framesPerGroup, framesPerSecond }: Film): number[] {
  const seconds = frameCount / framesPerSecond;
  const whole = Math.max(1, Math.floor(frameCount / framesPerGroup));
  const wanted = Math.min(Math.max(Math.round(seconds / SECONDS_PER_GROUP), FEWEST), MOST);
  const count = Math.min(wanted, Math.max(1, Math.floor(seconds / LEAST_SECONDS_PER_GROUP)), whole);
  return Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * whole) / count));
}

/** What is tried of each group: the rungs in H.264, and one of them once more with fewer bits. */
export function triedRungs(rungs: readonly Rung[]): Rung[] {
  const h264 = rungs.filter(({ codec }) => codec === "h264");
  const slope = h264.toSorted((a, b) => distance(a) - distance(b)).slice(0, 1);
  return [...h264, ...slope.map((rung) => ({ ...rung, crf: rung.crf + SLOPE_CRF_STEPS }))];
}

function distance(rung: Rung): number {
  return Math.abs(Math.log2(Math.min(rung.width, rung.height) / SLOPE_SHORT_SIDE));
}

/** What became of one rung of one group. */
export interface TriedGroup {
  readonly bytes: number;
  /** Of luma, 0 to 1, beside what was encoded. */
  readonly ssim: number;
}

export interface Trial extends Film {
  /** By {@link triedGroups}. */
  readonly groups: readonly number[];
  /** By {@link triedRungs}, in that order; of each, one entry a group. */
  readonly tried: readonly { readonly rung: Rung; readonly groups: readonly TriedGroup[] }[];
  /** How much happens in each group of the whole video, in any unit (media/load.ts); null where nobody knows. */
  readonly activity: readonly number[] | null;
}

/**
 * What is enough: an SSIM of 0.98 at 1080p, less at sizes that are seen enlarged. A choice, by what CRF 26 comes to on half
 * a minute of Big Buck Bunny: 17.0 dB at 1080p, 15.8 at 480p, 15.2 at 240p; its easy scenes have 22, its hardest 14.
 */
const ENOUGH_DB = 17;
const ENOUGH_DB_PER_DOUBLING = 1.2;

/** Beyond these, what was seen is noise, and what most videos do is the better guess. */
const SSIM_SLOPE = { usual: -0.6, least: -1.2, most: -0.25 } as const;
const RATE_SLOPE = { usual: -0.12, least: -0.2, most: -0.05 } as const;

/**
 * A cap is room for scenes that were not tried, so it is never lower than without a trial: lower caps spoilt hard scenes
 * (SSIM of 12.6 dB instead of 15.7, measured on a source of constant bitrate, which does not tell where they are).
 */
const CAP_OF_PEAK = 1.25;
const CAP_OF_FIXED = 1.5;

/**
 * The first group of an encode has nothing behind it to set its first picture by, and comes out smaller than amid a film:
 * 0.77 to 0.93 times (22 groups of three films, at 288p to 720p); this is the mean.
 */
const FIRST_GROUP = 0.88;

/** What CRF and cap each rung needs by what was tried, and what it comes to. */
export function tune(trial: Trial): Tuning {
  const [again] = trial.tried.slice(-1);
  const slopes = slopesOf(trial);
  const first = trial.tried.filter((tried) => tried !== again);
  return new Map(first.map(({ rung, groups }) => [rung.name, tuned(rung, groups, slopes, trial)]));
}

interface Slopes {
  /** Decibels a step of CRF. */
  readonly ssim: number;
  /** Of the natural logarithm of the bitrate, a step of CRF. */
  readonly rate: number;
}

function slopesOf({ tried }: Trial): Slopes {
  const again = tried.at(-1);
  const once = tried.find(({ rung }) => rung.name === again?.rung.name);
  if (!again || !once || again === once) return { ssim: SSIM_SLOPE.usual, rate: RATE_SLOPE.usual };
  const steps = again.rung.crf - once.rung.crf;
  const ssim = (ssimDb(again.groups) - ssimDb(once.groups)) / steps;
  const rate = Math.log(sum(bytesOf(again.groups)) / sum(bytesOf(once.groups))) / steps;
  return { ssim: within(ssim, SSIM_SLOPE), rate: within(rate, RATE_SLOPE) };
}

function within(
  value: number,
  { usual, least, most }: { usual: number; least: number; most: number },
): number {
  return value >= least && value <= most ? value : usual;
}

function tuned(rung: Rung, groups: readonly TriedGroup[], slopes: Slopes, trial: Trial) {
  const { crfRange, crfGrain } = PROFILES.h264;
  const seen = ssimDb(groups);
  const wanted = rung.crf + (enoughDb(rung) - seen) / slopes.ssim;
  // To the better side; a hundredth of a grain is rounding.
  const grains = Math.floor(Math.min(Math.max(wanted, crfRange[0]), crfRange[1]) / crfGrain + 0.01);
  const crf = grains * crfGrain;
  const more = Math.exp(slopes.rate * (crf - rung.crf));
  const rates = groups.map(({ bytes }, index) => {
    const share = trial.groups[index] === 0 ? 1 : FIRST_GROUP;
    return (bytes * more * 8) / 1000 / share / groupSeconds(trial);
  });
  return {
    crf,
    maxBitrateKbps: capFor(rung, rates, trial),
    bitrateAt: (cap: number) =>
      atLeastOne(
        meanOf(
          rates.map((rate) => Math.min(rate, cap)),
          trial,
        ),
      ),
    ssimDb: Math.round((seen + slopes.ssim * (crf - rung.crf)) * 100) / 100,
  };
}

function enoughDb({ width, height }: Rung): number {
  return ENOUGH_DB + ENOUGH_DB_PER_DOUBLING * Math.log2(Math.min(width, height) / 1080);
}

/** More for a video whose scenes need it. */
function capFor({ fixedBitrateKbps }: Rung, rates: readonly number[], trial: Trial): number {
  const wanted = Math.min(CAP_OF_PEAK * peakOf(rates, trial), CAP_OF_FIXED * fixedBitrateKbps);
  return rounded(Math.max(wanted, fixedBitrateKbps));
}

/**
 * The mean over the whole video. What was tried stands for the rest in proportion to what happens there: on films of
 * unlike scenes this is off by 13 % with five groups where the plain mean is off by 53 % (measured, medians).
 */
function meanOf(rates: readonly number[], trial: Trial): number {
  const scale = scaleOf(rates, trial);
  if (scale === null) return sum(rates) / rates.length;
  return (scale * sum(trial.activity ?? [])) / Math.max(1, trial.frameCount / trial.framesPerGroup);
}

/** The dearest group that was tried, or the dearest two in a row that are to be expected. */
function peakOf(rates: readonly number[], trial: Trial): number {
  const scale = scaleOf(rates, trial) ?? 0;
  const { activity } = trial;
  const pairs = activity?.map((own, index) => (own + (activity[index + 1] ?? own)) / 2) ?? [];
  return pairs.reduce((most, pair) => Math.max(most, pair * scale), Math.max(...rates));
}

/** Kilobits a second for a unit of activity; null where activity tells nothing. */
function scaleOf(rates: readonly number[], { activity, groups }: Trial): number | null {
  const seen = sum(groups.map((group) => activity?.[group] ?? 0));
  return seen > 0 ? sum(rates) / seen : null;
}

/** Perfect pictures, black ones say, have no decibels: 50 are more than anybody sees. */
function ssimDb(groups: readonly TriedGroup[]): number {
  const mean = sum(groups.map(({ ssim }) => ssim)) / groups.length;
  return Math.min(-10 * Math.log10(Math.max(1 - mean, 1e-5)), 50);
}

function groupSeconds({ framesPerGroup, frameCount, framesPerSecond }: Film): number {
  return Math.min(framesPerGroup, frameCount) / framesPerSecond;
}

const atLeastOne = (value: number) => Math.max(1, Math.round(value));
const bytesOf = (groups: readonly TriedGroup[]) => groups.map(({ bytes }) => bytes);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
