import { Aborted, type Failure, StateFailed } from "./error.ts";
import type { Draft } from "./history.ts";
import type { Json } from "./json.ts";
import { type Log, take, type Thread } from "./run.ts";
import type { Visit } from "./visit.ts";

interface Fork {
  /** Prefix of the steps in the thread. */
  readonly path: string;
  readonly item?: Json | undefined;
  /** A history of its own, for a child execution, which sees none of the variables around it. */
  readonly log?: Log;
}

export interface Work<Result> {
  readonly count: number;
  /** How many run at once. */
  readonly limit: number;
  /** The attempt's steps, whose threads fail together. */
  readonly scope: string;
  fork(index: number): Fork;
  run(thread: Thread, index: number): Promise<Result>;
}

/** A thread that was started, with where the next one on its lane goes on. */
export interface Started {
  readonly index: number;
  readonly thread: Thread;
  readonly over: boolean;
}

type Together<Result> =
  | { readonly ok: true; readonly results: readonly Result[] }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly failed: Started;
      readonly others: readonly Started[];
    };

/**
 * Runs threads side by side. The first that fails ends the others, which are awaited. Results are in the order of the
 * threads, whatever order they ended in.
 */
export async function together<Result>(visit: Visit, work: Work<Result>): Promise<Together<Result>> {
  const outer = visit.thread;
  const siblings = new AbortController();
  const signal = AbortSignal.any([outer.signal, siblings.signal]);
  const end = () => {
    siblings.abort(new Aborted("sibling"));
  };
  // An earlier process saw one fail: what the others did is looked at again, and nothing more is done.
  const doomed = take(outer, `${work.scope}/doomed`) === true;
  if (doomed) end();

  const results: Result[] = [];
  const threads = new Map<number, { thread: Thread; over: boolean }>();
  let next = 0;
  let failed: { readonly index: number; readonly failure: Failure } | undefined;
  let broken: { readonly error: unknown } | undefined;

  const one = async (index: number, previous: number): Promise<number> => {
    const thread = fork(outer, work, index, signal, previous);
    const entry = { thread, over: false };
    threads.set(index, entry);
    try {
      results[index] = await work.run(thread, index);
      entry.over = true;
    } catch (error) {
      if (error instanceof Aborted) return thread.previous;
      if (error instanceof StateFailed) failed ??= { index, failure: error.failure };
      else broken ??= { error };
      end();
    }
    return thread.previous;
  };
  const lane = async () => {
    let previous = outer.previous;
    while (next < work.count && !failed && !broken && !outer.signal.aborted)
      previous = await one(next++, previous);
  };
  const lanes = doomed ? work.count : Math.min(work.count, work.limit);
  await Promise.all(Array.from({ length: lanes }, lane));

  if (broken) throw broken.error;
  const started = [...threads].map(([index, entry]): Started => ({ index, ...entry }));
  if (outer.signal.aborted) {
    // What child executions did stands in their own histories.
    outer.aborted = started
      .filter(({ over, thread }) => !over && thread.log === outer.log)
      .flatMap(({ thread }) => abortedIn(thread));
    throw outer.signal.reason as Error;
  }
  const culprit = started.find(({ index }) => index === failed?.index);
  if (!failed || !culprit) return { ok: true, results };
  return {
    ok: false,
    failure: failed.failure,
    failed: culprit,
    others: started.filter(({ over, index }) => !over && index !== culprit.index),
  };
}

function fork<Result>(
  outer: Thread,
  work: Work<Result>,
  index: number,
  signal: AbortSignal,
  previous: number,
): Thread {
  const { path, item, log } = work.fork(index);
  return {
    run: outer.run,
    log: log ?? outer.log,
    path,
    // A child execution that fails may be tolerated; whoever counts says when the run has failed.
    scope: log ? undefined : work.scope,
    signal,
    item,
    variables: log ? {} : outer.variables,
    previous: log ? 0 : previous,
    current: undefined,
    aborted: [],
  };
}

const ABORTABLE = new Set(["Task", "Wait", "Parallel", "Map"]);

/** The events that tell of what a thread was doing when it was ended. */
export function abortedIn(thread: Thread): Draft[] {
  const { current, aborted, previous } = thread;
  const own =
    current && ABORTABLE.has(current.type)
      ? [{ type: `${current.type}StateAborted`, previous, aside: true as const }]
      : [];
  return [...aborted, ...own];
}
