import { setTimeout as sleep } from "node:timers/promises";

export interface RetryPolicy {
  /** Milliseconds before each further try; its length is the number of further tries. */
  readonly delaysMs: readonly number[];
  readonly isRetryable: (error: unknown) => boolean;
  readonly onRetry?: (error: unknown) => void;
  readonly signal?: AbortSignal;
}

/** Tries until it works, a failure is not retryable or the tries are used up; then rethrows the last failure. */
export async function retry<Result>(run: () => Promise<Result>, policy: RetryPolicy): Promise<Result> {
  for (const delayMs of policy.delaysMs) {
    try {
      return await run();
    } catch (error) {
      policy.signal?.throwIfAborted();
      if (!policy.isRetryable(error)) throw error;
      policy.onRetry?.(error);
    }
    await wait(delayMs, policy.signal);
  }
  return run();
}

/** Rejects with the signal's own reason, so that callers see why and not merely that it was aborted. */
async function wait(delayMs: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(delayMs, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
