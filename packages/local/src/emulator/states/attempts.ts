import type { Failing } from "./definition/types.ts";
import { errorOutput, type Failure } from "./error.ts";
import type { Draft } from "./history.ts";
import type { Json, JsonObject } from "./json.ts";
import { type Counts, decide } from "./retry.ts";
import { commit, take } from "./run.ts";
import { sleepUntil } from "./time.ts";
import { bind, type Exit, fail, leave, type Trouble, troubleOf, type Visit } from "./visit.ts";

/** One attempt at a Task, Map or Parallel. */
export type Attempt =
  | { readonly ok: true; readonly result: Json }
  | {
      readonly ok: false;
      readonly failure: Failure;
      readonly events: readonly Draft[];
      /** Written in the same transaction. */
      readonly also?: () => void;
    };

interface Attempts {
  /** Does attempt `count` (from 0), or continues it after a restart. Its steps are under `key`. */
  run(count: number, key: string): Promise<Attempt>;
  /** Told when no further attempt is made. */
  readonly givenUp?: readonly Draft[];
}

type Outcome =
  | { readonly kind: "exit"; readonly exit: Exit }
  | { readonly kind: "retry"; readonly retrier: number; readonly until: number; readonly previous: number }
  | {
      readonly kind: "catch";
      readonly catcher: number;
      readonly failure: JsonObject;
      readonly previous: number;
    };

/** Attempts a state until it succeeds, is caught, or fails for good. */
export async function runAttempts(state: Failing, visit: Visit, attempts: Attempts): Promise<Exit> {
  const { thread } = visit;
  let counts: Counts = {};
  for (let count = 0; ; count++) {
    const key = `${visit.key}#${count}`;
    const known = take(thread, `${key}/outcome`) as Exclude<Outcome, { kind: "exit" }> | undefined;
    const outcome = known ?? (await once({ state, visit, attempts, count, key }, counts));
    if (outcome.kind === "exit") return outcome.exit;
    thread.previous = outcome.previous;
    if (outcome.kind === "catch") return caught(state, visit, outcome);
    counts = { ...counts, [outcome.retrier]: (counts[outcome.retrier] ?? 0) + 1 };
    await sleepUntil(thread.run.engine.clock, outcome.until, thread.signal);
  }
}

interface Trial {
  readonly state: Failing;
  readonly visit: Visit;
  readonly attempts: Attempts;
  readonly count: number;
  readonly key: string;
}

/** One attempt, and what becomes of the state after it. That is written down with the events of the failure. */
async function once(trial: Trial, counts: Counts): Promise<Outcome> {
  const { state, visit, attempts, key } = trial;
  const { thread } = visit;
  const { failure, events, exit, also } = await tried(trial);
  if (exit) return { kind: "exit", exit };
  const decision = decide(state, failure, counts, Math.random);
  const all = decision.kind === "retry" ? events : [...events, ...(attempts.givenUp ?? [])];
  if (decision.kind === "fail") return fail(visit, { failure, events: all, also });
  const now = thread.run.engine.clock.now();
  const rest =
    decision.kind === "retry"
      ? { kind: decision.kind, retrier: decision.retrier, until: now + decision.delayMs }
      : { kind: decision.kind, catcher: decision.catcher, failure: { ...failure } as JsonObject };
  commit(thread, {
    events: all,
    step: `${key}/outcome`,
    outcome: (_ids, previous) => ({ ...rest, previous }),
    ...(also ? { also } : {}),
  });
  return { ...rest, previous: thread.previous };
}

interface Tried extends Trouble {
  readonly exit?: Exit;
}

/** An attempt, and what the state makes of its result. A result that cannot be used is a failure of the attempt. */
async function tried({ state, visit, attempts, count, key }: Trial): Promise<Tried> {
  try {
    const attempt = await attempts.run(count, key);
    if (!attempt.ok) return attempt;
    const { result } = attempt;
    const left = await leave(state, bind(visit, { result, retryCount: count }), result);
    return { failure: {}, events: [], exit: { ...left, next: state.Next } };
  } catch (error) {
    const trouble = troubleOf(visit, error);
    if (trouble) return trouble;
    throw error;
  }
}

/** A catcher has an Output and an Assign of its own; the state's are not looked at. */
async function caught(
  state: Failing,
  visit: Visit,
  { catcher: index, failure }: Extract<Outcome, { kind: "catch" }>,
): Promise<Exit> {
  const catcher = state.Catch?.[index];
  if (!catcher) throw new Error(`The state '${visit.name}' has no catcher ${index}.`);
  const error = errorOutput(failure);
  const left = await leave(
    catcher,
    bind(visit, { errorOutput: { ...error } }),
    { ...error },
    `Catch[${index}]/`,
  );
  return { ...left, next: catcher.Next };
}
