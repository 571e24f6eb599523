import type { Definition, Flow, StateType } from "./definition/types.ts";
import type { Engine } from "./engine.ts";
import { Aborted, ExecutionFailure } from "./error.ts";
import { type Draft, MAX_EVENTS, numberEvents, TOO_MANY_EVENTS } from "./history.ts";
import type { Json } from "./json.ts";

/**
 * An execution while it is interpreted. Every step is written down, with its events, in one transaction under a path that is
 * the same in every run (`0`, `3#1.2/0`: visit, attempt, branch or iteration, visit in it). After a restart the interpreter
 * walks again from the start; a step that is written down is taken instead of done.
 */
export interface Run {
  readonly engine: Engine;
  /** The execution's number in the store. */
  readonly id: number;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  readonly definition: Definition;
  /** Names the definition in the store. */
  readonly revision: string;
  /** Steps of earlier processes that were not taken yet. */
  readonly steps: Map<string, unknown>;
  /** The execution is over, or nothing may be written any more. */
  sealed: boolean;
  walk(thread: Thread, flow: Flow, input: Json): Promise<Json>;
}

/** A history: the execution's, or that of a child of a distributed Map. */
export interface Log {
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly startedAt: number;
  readonly input: Json;
  lastId: number;
}

/** One line of control: the execution, a branch, an iteration. */
export interface Thread {
  readonly run: Run;
  readonly log: Log;
  /** Prefix of the steps in it. */
  readonly path: string;
  /** The attempt that this belongs to and that fails with it. */
  readonly scope: string | undefined;
  readonly signal: AbortSignal;
  /** `Map.Item` of the context object. */
  readonly item: Json | undefined;
  variables: Readonly<Record<string, Json>>;
  /** The event that the next one follows from. */
  previous: number;
  /** The state that is being run, for the event that says it was aborted. */
  current: { readonly type: StateType; readonly name: string } | undefined;
  /** What was aborted inside it. */
  aborted: readonly Draft[];
}

export interface Change {
  readonly events?: readonly Draft[];
  /** Written down under this path; `outcome` gets the events' numbers. */
  readonly step?: string;
  readonly outcome?: (ids: readonly number[], previous: number) => unknown;
  /** More rows of the same transaction. */
  readonly also?: () => void;
  /** Allowed while the machine goes down: work that is finished is not done again. */
  readonly finished?: true;
  /** The end of a history, which the limit of events leaves room for. */
  readonly last?: true;
}

/** What an earlier process left under a path. */
export function take(thread: Thread, step: string): unknown {
  const outcome = thread.run.steps.get(step);
  thread.run.steps.delete(step);
  return outcome;
}

/** Writes events and a step's outcome, all or nothing. Returns the events' numbers. Throws {@link Aborted} if the thread is. */
export function commit(thread: Thread, change: Change): readonly number[] {
  const { run, log } = thread;
  const { store, clock } = run.engine;
  if (run.sealed) throw new Aborted("ended");
  if (!(change.finished && isClosing(thread.signal))) thread.signal.throwIfAborted();
  const from = { lastId: log.lastId, previous: thread.previous, at: clock.now() };
  const { events, previous } = numberEvents(change.events ?? [], from);
  const room = MAX_EVENTS - 1 - log.lastId;
  if (events.length > room && !change.last) return overflow(thread, events.slice(0, room));
  const ids = events.map(({ id }) => id);
  store.transaction(() => {
    store.progress.append(log.id, events);
    const { step, outcome, also } = change;
    if (step !== undefined) store.progress.record(run.id, step, outcome?.(ids, previous) ?? null);
    also?.();
  });
  log.lastId += events.length;
  thread.previous = previous;
  return ids;
}

/** The limit's last place is for the event that tells of it. */
function overflow(thread: Thread, events: ReturnType<typeof numberEvents>["events"]): never {
  thread.run.engine.store.progress.append(thread.log.id, events);
  thread.log.lastId += events.length;
  thread.previous = thread.log.lastId;
  throw new ExecutionFailure(TOO_MANY_EVENTS);
}

export const isClosing = (signal: AbortSignal) =>
  signal.aborted && signal.reason instanceof Aborted && signal.reason.why === "closing";

/** Says in the journal that the attempt around a thread has failed, so that a restart does not revive its siblings. */
export function doom({ run, scope }: Thread): void {
  if (scope !== undefined) run.engine.store.progress.mark(run.id, `${scope}/doomed`);
}
