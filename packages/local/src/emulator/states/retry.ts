import type { Catcher, Retrier } from "./definition/types.ts";
import { type Failure, matches } from "./error.ts";

const DEFAULTS = { IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 };

/** What becomes of a failure: another attempt by a retrier, a catcher, or neither. */
export type Decision =
  | { readonly kind: "retry"; readonly retrier: number; readonly delayMs: number }
  | { readonly kind: "catch"; readonly catcher: number }
  | { readonly kind: "fail" };

/** How often each retrier was used already, by its place in the list. */
export type Counts = Readonly<Record<number, number>>;

/**
 * Only the first retrier that names the failure counts; when it is used up, the catchers are asked.
 * @param random gives a number from 0 to 1, for jitter
 */
export function decide(
  policy: { readonly Retry?: readonly Retrier[]; readonly Catch?: readonly Catcher[] },
  failure: Failure,
  counts: Counts,
  random: () => number,
): Decision {
  const { Retry = [], Catch = [] } = policy;
  const retrier = Retry.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  const used = Retry[retrier];
  const count = counts[retrier] ?? 0;
  if (used && count < (used.MaxAttempts ?? DEFAULTS.MaxAttempts)) {
    return { kind: "retry", retrier, delayMs: delayMs(used, count, random) };
  }
  const catcher = Catch.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  return catcher >= 0 ? { kind: "catch", catcher } : { kind: "fail" };
}

/** The wait before retry `count` (from 0): interval times rate to the power of `count`, capped, then jittered. */
export function delayMs(retrier: Retrier, count: number, random: () => number): number {
  const interval = retrier.IntervalSeconds ?? DEFAULTS.IntervalSeconds;
  const rate = retrier.BackoffRate ?? DEFAULTS.BackoffRate;
  const seconds = Math.min(interval * rate ** count, retrier.MaxDelaySeconds ?? Infinity);
  return Math.round(seconds * 1000 * (retrier.JitterStrategy === "FULL" ? random() : 1));
}
