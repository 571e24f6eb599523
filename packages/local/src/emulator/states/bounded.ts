import type { Clock } from "../../aws/clock.ts";
import { Aborted } from "./error.ts";
import { sleepUntil } from "./time.ts";

export const TIMED_OUT = Symbol("timed out");

/** How long work that was told to end may take for it, before it is left alone. */
const GRACE_MS = 30_000;
/** While the machine goes down, nobody waits that long. */
const CLOSING_GRACE_MS = 2000;

export interface Bounds {
  readonly clock: Clock;
  /** Milliseconds since the epoch. */
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
  /** Called when the work goes on although it was told to end. */
  stuck(): void;
}

/**
 * Runs work until it settles, the deadline passes or the signal is aborted. In the latter two cases the work's own signal is
 * aborted and its end awaited. Rejects with the signal's reason, unless the work succeeded while the machine goes down: what
 * is finished need not be done again.
 */
export async function bounded<Value>(
  work: (signal: AbortSignal) => Promise<Value>,
  bounds: Bounds,
): Promise<Value | typeof TIMED_OUT> {
  const { clock, deadline, signal } = bounds;
  signal.throwIfAborted();
  const own = new AbortController();
  const settled = new AbortController();
  const working = work(own.signal).then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  const cut = cutOff(clock, deadline, AbortSignal.any([signal, settled.signal]));
  const first = await Promise.race([working, cut]);
  settled.abort();
  if (first !== "cut") return unwrap(first);
  own.abort(signal.aborted ? signal.reason : TIMED_OUT);
  const closing = signal.reason instanceof Aborted && signal.reason.why === "closing";
  const last = await Promise.race([working, patience(clock, closing ? CLOSING_GRACE_MS : GRACE_MS)]);
  if (last === "stuck") bounds.stuck();
  else if (closing && "value" in last) return last.value;
  if (signal.aborted) throw signal.reason as Error;
  return TIMED_OUT;
}

type Settled<Value> = { readonly value: Value } | { readonly error: unknown };

function unwrap<Value>(settled: Settled<Value>): Value {
  if ("value" in settled) return settled.value;
  throw settled.error;
}

/** Resolves at the deadline or when the signal is aborted. */
async function cutOff(clock: Clock, deadline: number | undefined, signal: AbortSignal): Promise<"cut"> {
  try {
    await sleepUntil(clock, deadline ?? Infinity, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return "cut";
}

async function patience(clock: Clock, ms: number): Promise<"stuck"> {
  await sleepUntil(clock, clock.now() + ms, new AbortController().signal);
  return "stuck";
}
