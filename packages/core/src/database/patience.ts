import { createContext } from "../context.ts";
import { VisibleError } from "../error.ts";
import { isTransient } from "./connection.ts";

const deadline = createContext<number>("patience");

/** What an API request waits for a database that is away: longer, and the caller is better served by `Retry-After`. */
const DEFAULT_SECONDS = 5;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Inside, all work with the database together waits this long for one that is away, or as long as an outer patience lasts
 * (without any: 5 seconds each).
 */
export function withPatience<Result>(seconds: number, run: () => Result): Result {
  return deadline.provide(Math.min(performance.now() + seconds * 1000, deadline.find() ?? Infinity), run);
}

/**
 * Repeats an attempt while the database is away or gone over to another node. When patience is over: a VisibleError
 * `database_unavailable`. Other errors pass as they are.
 */
export async function persist<Result>(attempt: (remainingMs: number) => Promise<Result>): Promise<Result> {
  const end = deadline.find() ?? performance.now() + DEFAULT_SECONDS * 1000;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await attempt(Math.max(end - performance.now(), 1));
    } catch (error) {
      if (!isTransient(error)) throw error;
      const jitteredMs = pauseMs * (0.5 + Math.random() / 2);
      if (performance.now() + jitteredMs >= end) throw databaseUnavailable(error);
      await delay(jitteredMs);
    }
  }
}

function databaseUnavailable(cause: unknown): VisibleError {
  return new VisibleError(
    "unavailable",
    "database_unavailable",
    "The database does not answer at the moment. Try again in a few seconds.",
    { cause },
  );
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
