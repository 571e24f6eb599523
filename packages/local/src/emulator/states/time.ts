import type { Clock } from "../../aws/clock.ts";

/** A laptop that slept wakes with its timers late; none is longer than this, so that the wall clock is looked at again. */
const LONGEST_TIMER_MS = 30_000;

/** Resolves at the instant (milliseconds since the epoch), at once if it is past. Rejects with the signal's reason when it is aborted. */
export async function sleepUntil(clock: Clock, instant: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  for (let left = instant - clock.now(); left > 0; left = instant - clock.now()) {
    await nap(clock, Math.min(left, LONGEST_TIMER_MS), signal);
    signal.throwIfAborted();
  }
}

function nap(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = clock.after(delayMs, () => {
      signal.removeEventListener("abort", abort);
      resolve();
    });
    signal.addEventListener("abort", abort, { once: true });
  });
}

/** Lets timers, sockets and the other executions have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
