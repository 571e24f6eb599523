import { expect } from "vitest";

/** Films are compared made small and grey, so that only another picture makes a difference. */
export const FRAME = 32 * 18;

/** Beyond what two encodes of one frame differ by (0.1), and below what two frames of moving bars do (1 to 6). */
const NOISE = 0.3;

/**
 * The numbers of the frames of one film that are more like the frame before or after them in another film than like their own:
 * one is shown twice there or left out.
 */
export function misplaced(one: Buffer, other: Buffer): number[] {
  expect(one.length).toBe(other.length);
  const count = one.length / FRAME;
  return Array.from({ length: count }, (_, frame) => frame).filter((frame) => {
    const beside = [frame - 1, frame + 1].filter((number) => number >= 0 && number < count);
    const nearest = Math.min(...beside.map((number) => difference(one, frame, other, number)));
    return difference(one, frame, other, frame) > nearest + NOISE;
  });
}

/** The mean difference of two frames, 0 to 255. */
function difference(one: Buffer, frame: number, other: Buffer, number: number): number {
  const [start, otherStart] = [frame * FRAME, number * FRAME];
  let sum = 0;
  for (let at = 0; at < FRAME; at++) sum += Math.abs((one[start + at] ?? 0) - (other[otherStart + at] ?? 0));
  return sum / FRAME;
}
