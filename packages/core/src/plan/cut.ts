import { gridOf } from "../media/grid.ts";
import { type Rational, toNumber } from "../media/rational.ts";
import type { Chunk } from "./plan.ts";

/** What is cut: encoded pictures, and when the source has pictures that can be decoded without others. */
export interface Film {
  readonly startSeconds: number;
  readonly frameRate: Rational;
  readonly frameCount: number;
  /** On the file's clock, ascending; empty where they are not known. */
  readonly keyframes: readonly number[];
}

/** So far from an even division may a cut be, in chunks: what makes one shorter makes its neighbour longer. */
const NEAR = 0.025;

/**
 * Cuts into so many chunks, the first of them shorter by `lighterFrames`. Every cut is on the grid of segments. Of the
 * places near an even division, it is at a keyframe of the source or soon after one: the least is decoded in vain there, and
 * encoders put keyframes where scenes change. Fewer chunks come back where there are too few segments.
 */
export function cut(film: Film, count: number, lighterFrames = 0): Chunk[] {
  const { framesPerSegment } = gridOf(film.frameRate);
  const segments = Math.ceil(film.frameCount / framesPerSegment);
  const lighter = Math.min(lighterFrames / framesPerSegment, segments / count);
  const even = (segments + lighter) / count;
  const cuts = Array.from({ length: count - 1 }, (_, index) =>
    bestPlace(film, framesPerSegment, (index + 1) * even - lighter, even * NEAR),
  );
  const inside = cuts.filter((place) => place > 0 && place < segments);
  return toChunks(
    [...new Set([0, ...inside])].map((place) => place * framesPerSegment),
    film.frameCount,
  );
}

/** The place on the grid, counted in segments. */
function bestPlace(film: Film, framesPerSegment: number, ideal: number, near: number): number {
  const nearest = Math.round(ideal);
  let best = { place: nearest, lead: leadSeconds(film, nearest * framesPerSegment) };
  for (let place = Math.ceil(ideal - near); place <= ideal + near; place += 1) {
    const lead = leadSeconds(film, place * framesPerSegment);
    const isCloser = Math.abs(place - ideal) < Math.abs(best.place - ideal);
    if (lead < best.lead || (lead === best.lead && isCloser)) best = { place, lead };
  }
  return best.place;
}

/** Seconds of source that are decoded before a frame can be. */
function leadSeconds({ startSeconds, frameRate, keyframes }: Film, frame: number): number {
  // A picture that is due within half a frame is the frame's own.
  const seconds = startSeconds + (frame + 0.5) / toNumber(frameRate);
  const keyframe = keyframes[countUntil(keyframes, seconds) - 1];
  return keyframe === undefined ? 0 : Math.max(0, seconds - keyframe - 0.5 / toNumber(frameRate));
}

/** How many of some ascending numbers are not above a limit. */
function countUntil(ascending: readonly number[], limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] ?? Infinity) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function toChunks(firstFrames: readonly number[], frameCount: number): Chunk[] {
  return firstFrames.map((firstFrame, index) => ({
    firstFrame,
    frameCount: (firstFrames[index + 1] ?? frameCount) - firstFrame,
  }));
}
