import { type Rational, toNumber } from "./rational.ts";

/** Every group of pictures can be entered: seeking and switching happen at its beginning. */
const GROUP_SECONDS = 2;
const SEGMENT_SECONDS = 4;

/** Where renditions may be entered and cut, in frames of the rate that they are encoded in: the same in all of them. */
export interface Grid {
  readonly framesPerGroup: number;
  readonly framesPerSegment: number;
}

/** The grid of a frame rate: whole frames, so that 23.976 and 29.97 stay on it for hours. */
export function gridOf(frameRate: Rational): Grid {
  const framesPerSecond = toNumber(frameRate);
  const framesPerGroup = Math.max(1, Math.round(GROUP_SECONDS * framesPerSecond));
  const groupsPerSegment = Math.max(1, Math.round((SEGMENT_SECONDS * framesPerSecond) / framesPerGroup));
  return { framesPerGroup, framesPerSegment: framesPerGroup * groupsPerSegment };
}

/**
 * The number of the segment that a group lies in, both counted from 0 over the whole video. A segment holds all groups
 * between two cuts of the grid, but the first ones hold one group each: playing can begin when one group is made.
 */
export function segmentOf(group: number, { framesPerGroup, framesPerSegment }: Grid): number {
  const groupsPerSegment = framesPerSegment / framesPerGroup;
  return group < groupsPerSegment ? group : groupsPerSegment - 1 + Math.floor(group / groupsPerSegment);
}
