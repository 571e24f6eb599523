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
  const group: Group<Result> = {
    outer,
    work,
    signal: AbortSignal.any([outer.signal, siblings.signal]),
    end: () => {
      siblings.abort(new Aborted("sibling"));
    },
    results: [],
    started: [],
    next: 0,
    failed: undefined,
    broken: undefined,
  };
  // An earlier process saw one fail: what the others did is looked at again, and nothing more is done.
  const doomed = take(outer, `${work.scope}/doomed`) === true;
  if (doomed) group.end();
  const lanes = doomed ? work.count : Math.min(work.count, work.limit);
  await Promise.all(Array.from({ length: lanes }, () => lane(group)));
  return conclude(group);
}

interface Group<Result> {
  readonly outer: Thread;
  readonly work: Work<Result>;
  readonly signal: AbortSignal;
  end(): void;
  readonly results: Result[];
  readonly started: { readonly index: number; readonly thread: Thread; over: boolean }[];
  next: number;
  failed: { readonly by: Started; readonly failure: Failure } | undefined;
  /** What is no failure of a state, and ends the execution. */
  broken: { readonly error: unknown } | undefined;
}

/** Runs one thread after the other, each going on from the last event of the one before. */
async function lane<Result>(group: Group<Result>): Promise<void> {
  const { outer, work } = group;
  let { previous } = outer;
  while (group.next < work.count && !group.failed && !group.broken && !outer.signal.aborted) {
    previous = await runOne(group, group.next++, previous);
  }
}

async function runOne<Result>(group: Group<Result>, index: number, previous: number): Promise<number> {
  const thread = fork(group, index, previous);
  const entry = { index, thread, over: false };
  group.started.push(entry);
  try {
    group.results[index] = await group.work.run(thread, index);
    entry.over = true;
  } catch (error) {
    if (error instanceof Aborted) return thread.previous;
    if (error instanceof StateFailed) group.failed ??= { by: entry, failure: error.failure };
    else group.broken ??= { error };
    group.end();
  }
  return thread.previous;
}

function conclude<Result>({ outer, results, started, failed, broken }: Group<Result>): Together<Result> {
  if (broken) throw broken.error;
  const open = started.filter(({ over }) => !over);
  if (outer.signal.aborted) {
    // What child executions did stands in their own histories.
    const inside = open.filter(({ thread }) => thread.log === outer.log);
    outer.aborted = inside.flatMap(({ thread }) => abortedIn(thread));
    throw outer.signal.reason as Error;
  }
  if (!failed) return { ok: true, results };
  const others = open.filter((entry) => entry !== failed.by).sort((a, b) => a.index - b.index);
  return { ok: false, failure: failed.failure, failed: failed.by, others };
}

function fork<Result>({ outer, work, signal }: Group<Result>, index: number, previous: number): Thread {
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
