import type { RejectionCode } from "@telecine/core/error";
import { isTooFast, isTooLong } from "@telecine/core/media/limits";
import {
  encodedPictures,
  measurePictures,
  type PictureMeasurement,
  timingOf,
} from "@telecine/core/media/measure";
import { peakBitrateKbps } from "@telecine/core/media/load";
import { formatRational, parseRational, toNumber } from "@telecine/core/media/rational";
import type { FilmFacts } from "../facts.ts";
import type { Track } from "./boxes.ts";
import { editOf } from "./edit.ts";
import { type Samples, samplesOf } from "./samples.ts";
import { type Shown, shownOf } from "./shown.ts";

/** What an index says of the pictures, as far as it is beyond doubt. */
export interface Film {
  readonly film: FilmFacts | null;
  readonly isConstant: boolean | null;
  readonly refusal: RejectionCode | null;
}

export const IN_DOUBT: Film = { film: null, isConstant: null, refusal: null };

/** A measured rate that is this close to a usual one is it (frame-rate.ts). */
const SAME = 0.0001;
/** Frames: so close to the middle between two numbers of them, rounding is no matter of course. */
const CLOSE = 0.05;

/**
 * What the task would measure of a track's pictures, from its tables alone. Where ffmpeg's reading of them hangs on more
 * than they say, nothing is told: the task then measures.
 */
export function filmOf(track: Track, movieTimescale: number): Film {
  const samples = samplesOf(track);
  const edit = editOf(track, movieTimescale);
  const shown = samples && edit && shownOf(samples, edit);
  if (!shown) return IN_DOUBT;
  const [one, other] = measure(shown, samples);
  const rate = toNumber(one.frameRate.rate);
  if (!one.frameRate.constant) return { ...IN_DOUBT, isConstant: false };
  if (!isKept(one, shown, samples)) return IN_DOUBT;
  if (isTooFast(rate)) return { ...IN_DOUBT, refusal: "source_frame_rate_unsupported" };
  if (isTooLong(one.durationSeconds)) return { ...IN_DOUBT, refusal: "source_too_long" };
  const pictures = encodedPictures(one);
  const isAgreed = pictures.frameCount === encodedPictures(other).frameCount;
  if (!isAgreed || [one, other].some(isBetweenCounts)) return { ...IN_DOUBT, isConstant: true };
  const film = {
    frameRate: formatRational(one.frameRate.rate),
    timing: timingOf(pictures),
    keyframes: shown.keyframes,
    peakBitrateKbps: peakBitrateKbps(shown.load),
  };
  return { film, isConstant: true, refusal: null };
}

function measure({ times, ends }: Shown, samples: Samples): [PictureMeasurement, PictureMeasurement] {
  const stated = statedRate(samples);
  const measured = (endSeconds: number) =>
    measurePictures({ startSeconds: times[0] ?? 0, endSeconds }, times, stated ? [stated] : []);
  return [measured(ends[0]), measured(ends[1])];
}

/** A track of one duration states its rate, which is then the one that ffprobe calls the base (the last may be another). */
function statedRate({ durations, timescale }: Samples) {
  const usual = durations[0] ?? 0;
  const last = durations.length - 1;
  const isUniform = durations.every((duration, index) => duration === usual || index === last);
  return isUniform ? parseRational(`${timescale}/${usual}`) : undefined;
}

/** Where a track states no rate, ffprobe's base is a guess of its own, which counts for nothing beside a usual rate that is kept. */
function isKept({ frameRate }: PictureMeasurement, { times }: Shown, samples: Samples): boolean {
  if (statedRate(samples)) return true;
  const mean = (times.length - 1) / ((times.at(-1) ?? 0) - (times[0] ?? 0));
  return Math.abs(toNumber(frameRate.rate) - mean) / mean <= SAME;
}

function isBetweenCounts(measured: PictureMeasurement): boolean {
  const frames = measured.durationSeconds * toNumber(encodedPictures(measured).frameRate);
  return Math.abs((frames % 1) - 0.5) < CLOSE;
}
