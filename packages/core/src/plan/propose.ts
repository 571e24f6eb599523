import { decideLadder, type LadderSource } from "../ladder/decide.ts";
import type { Ladder, Rung } from "../ladder/ladder.ts";
import { PROFILES } from "../ladder/profiles.ts";
import { encodedRate } from "../media/frame-rate.ts";
import { MAX_DURATION_SECONDS } from "../media/limits.ts";
import { fromNumber, parseRational, type Rational, toNumber } from "../media/rational.ts";
import type { Settings } from "../settings/settings.ts";
import { SPEED } from "./assumptions.ts";
import type { Film } from "./cut.ts";
import type { Timing } from "./plan.ts";
import type { Planned } from "./planner.ts";
import type { Encode } from "./work.ts";

/** What is known of a source before a task has looked into it. Null is not known. */
export interface Known {
  readonly sizeBytes: number | null;
  readonly durationSeconds: number | null;
  /** As displayed. */
  readonly picture: { readonly width: number; readonly height: number; readonly codec: string | null } | null;
  readonly framesPerSecond: number | null;
  readonly soundTracks: number | null;
  /** The most that its picture spends for some seconds (media/load.ts). */
  readonly peakBitrateKbps: number | null;
  /** Where all pictures are known. */
  readonly film: Film | null;
  /** False where the pictures are known to come at uneven intervals. */
  readonly isConstant: boolean;
}

/** What is taken for a source of which nothing is known: the commonest, and more work than most. */
const ASSUMED = { width: 1920, height: 1080, framesPerSecond: 30, soundTracks: 1 } as const;

/** Tracks of sound that are encoded at most (worker). */
const MOST_SOUNDS = 8;

/** A video as the planner wants it, from what is known and, for the rest, assumptions. */
export function proposalFor(known: Known, settings: Settings, maxCostUsd: number | undefined): Planned {
  const { film, isConstant } = known;
  const { width, height, codec, framesPerSecond } = pictureOf(known);
  const durationSeconds = film ? film.frameCount / framesPerSecond : durationOf(known);
  return {
    source: {
      ...{ durationSeconds, width, height, framesPerSecond, videoCodec: codec },
      sizeBytes: known.sizeBytes ?? Math.ceil((durationSeconds * SPEED.sourceMbps.value * 1e6) / 8),
      soundTracks: Math.min(known.soundTracks ?? ASSUMED.soundTracks, MOST_SOUNDS),
    },
    // Whoever asks for HDR to be kept is taken to have some.
    encodes: decideLadder({ ...ladderSourceOf(known), videoRange: "PQ" }, settings).rungs.map(encodeOf),
    needsTrial: settings.quality === "optimized",
    ...{ film, isConstant, maxCostUsd },
  };
}

/** What a video is encoded in as far as that is known, where no scenes are tried: HDR, headers do not tell reliably. */
export function ladderFrom(known: Known, settings: Settings): Ladder {
  return decideLadder(ladderSourceOf(known), settings);
}

function ladderSourceOf(known: Known): LadderSource {
  return { ...pictureOf(known), peakBitrateKbps: known.peakBitrateKbps };
}

function pictureOf(known: Known) {
  const { width, height, codec } = known.picture ?? { ...ASSUMED, codec: null };
  return { width, height, codec, framesPerSecond: toNumber(known.film?.frameRate ?? rateOf(known)) };
}

/** The film that a timing and the times of keyframes tell of. */
export function filmFrom(
  { startSeconds, frameRate, frameCount }: Timing,
  keyframes: ArrayLike<number>,
): Film | null {
  const rate = parseRational(frameRate);
  return rate ? { startSeconds, frameRate: rate, frameCount, keyframes: Array.from(keyframes) } : null;
}

/** A film of which only the length and the rate are known: for an estimate. */
export function filmLike(durationSeconds: number, framesPerSecond: number | null): Film {
  const frameRate = encodedRate(fromNumber(framesPerSecond ?? ASSUMED.framesPerSecond));
  const frameCount = Math.max(1, Math.round(durationSeconds * toNumber(frameRate)));
  return { startSeconds: 0, frameRate, frameCount, keyframes: [] };
}

export function encodeOf({ width, height, codec, quality }: Rung): Encode {
  return { width, height, codec, work: PROFILES[codec].profiles[quality].work };
}

function rateOf({ framesPerSecond }: Known): Rational {
  return encodedRate(fromNumber(framesPerSecond ?? ASSUMED.framesPerSecond));
}

/** A header may claim any length; a task accepts no more than this. */
function durationOf({ durationSeconds, sizeBytes }: Known): number {
  const assumed = ((sizeBytes ?? 0) * 8) / (SPEED.sourceMbps.value * 1e6);
  return Math.min(Math.max(durationSeconds ?? assumed, 0.1), MAX_DURATION_SECONDS);
}
