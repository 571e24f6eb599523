import { expect } from "vitest";

/** Films are compared made small and grey, so that only another picture makes a difference. */
export const FRAME = 32 * 18;

/** How unlike two films are, frame by frame: the mean difference of the most unlike pair, 0 to 255. */
export function mostUnlike(one: Buffer, other: Buffer): number {
  expect(one.length).toBe(other.length);
  let most = 0;
  for (let start = 0; start < one.length; start += FRAME) {
    let sum = 0;
    for (let at = start; at < start + FRAME; at++) sum += Math.abs((one[at] ?? 0) - (other[at] ?? 0));
    most = Math.max(most, sum / FRAME);
  }
  return most;
}
