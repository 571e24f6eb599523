import { ApiError } from "./api-error.ts";

/** While something moves, a person watches: once a second. Otherwise only news from elsewhere is to be noticed. */
const MOVING_MS = 1000;
const IDLE_MS = 5000;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 15_000;
/** A page that is asked to wait longer asks anyway: somebody looks at it. */
const LONGEST_WAIT_MS = 60_000;

/** The milliseconds until the next look, after one that succeeded. */
function intervalMs(isMoving: boolean): number {
  return isMoving ? MOVING_MS : IDLE_MS;
}

/**
 * The milliseconds until the next try after `failures` (from 1) in a row: doubling, up to a quarter less by chance so
 * that many pages do not come back in the same moment, and not earlier than the API asked for, up to a minute.
 */
export function retryMs(failures: number, retryAfterSeconds: number | null, random: number): number {
  const backoff = Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), LAST_RETRY_MS) * (1 - random / 4);
  return Math.max(backoff, Math.min((retryAfterSeconds ?? 0) * 1000, LONGEST_WAIT_MS));
}

/** When there is someone to look for. */
export interface Attention {
  readonly isPresent: () => boolean;
  /** Calls back when someone returns, or the network does. Returns the way to stop that. */
  readonly onReturn: (callback: () => void) => () => void;
  /** Calls back when nobody looks any more. */
  readonly onLeave: (callback: () => void) => () => void;
}

export interface PollerOptions {
  readonly load: (signal: AbortSignal) => Promise<void>;
  readonly isMoving: () => boolean;
  readonly onSuccess: () => void;
  /** `failures` counts those in a row; the next look comes after `delayMs`. */
  readonly onFailure: (error: unknown, failures: number, delayMs: number) => void;
  readonly attention: Attention;
  readonly random?: () => number;
}

export interface Poller {
  /** Looks at once. Resolves when a look that began after this call has ended, well or not. */
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
}

/** Looks again and again: often while something moves, seldom otherwise, not at all while the page is hidden. */
export function startPoller(options: PollerOptions): Poller {
  const { load, isMoving, onSuccess, onFailure, attention, random = Math.random } = options;
  const stopping = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running: Promise<void> | null = null;
  let following: Promise<void> | null = null;
  let failures = 0;

  const look = async (): Promise<number> => {
    try {
      await load(stopping.signal);
      failures = 0;
      onSuccess();
      return intervalMs(isMoving());
    } catch (error) {
      if (stopping.signal.aborted) return LAST_RETRY_MS;
      failures += 1;
      const delayMs = retryMs(failures, error instanceof ApiError ? error.retryAfterSeconds : null, random());
      onFailure(error, failures, delayMs);
      return delayMs;
    }
  };

  const cycle = async (): Promise<void> => {
    clearTimeout(timer);
    const delayMs = await look();
    running = null;
    if (!stopping.signal.aborted && attention.isPresent()) timer = setTimeout(begin, delayMs);
  };

  const begin = (): void => {
    if (!stopping.signal.aborted) running = cycle();
  };

  const refresh = (): Promise<void> => {
    if (following) return following;
    const before = running ?? Promise.resolve();
    following = before.then(() => {
      following = null;
      begin();
      return running ?? Promise.resolve();
    });
    return following;
  };

  const unsubscribe = [
    attention.onReturn(() => void refresh()),
    attention.onLeave(() => {
      clearTimeout(timer);
    }),
  ];
  begin();
  return {
    refresh,
    stop: () => {
      stopping.abort();
      clearTimeout(timer);
      for (const stop of unsubscribe) stop();
    },
  };
}

/** The attention of whoever looks at this tab. */
export const tabAttention: Attention = {
  isPresent: () => document.visibilityState === "visible",
  onReturn: (callback) => {
    const whenVisible = () => {
      if (document.visibilityState === "visible") callback();
    };
    document.addEventListener("visibilitychange", whenVisible);
    window.addEventListener("online", callback);
    return () => {
      document.removeEventListener("visibilitychange", whenVisible);
      window.removeEventListener("online", callback);
    };
  },
  onLeave: (callback) => {
    const whenHidden = () => {
      if (document.visibilityState === "hidden") callback();
    };
    document.addEventListener("visibilitychange", whenHidden);
    return () => {
      document.removeEventListener("visibilitychange", whenHidden);
    };
  },
};
