import { type Attempt, runAttempts } from "../attempts.ts";
import type { MapState, Processor } from "../definition/types.ts";
import { ExecutionFailure } from "../error.ts";
import type { Draft } from "../history.ts";
import type { Json } from "../json.ts";
import { attemptDistributed } from "../map/distributed.ts";
import { itemsOf, limitsOf, selectItem } from "../map/items.ts";
import { commit, take, type Thread } from "../run.ts";
import { abortedIn, type Started as StartedThread, together } from "../threads.ts";
import { bind, type Exit, type Visit } from "../visit.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-map.html */
export async function runMap(state: MapState, visit: Visit): Promise<Exit> {
  const processor = state.ItemProcessor ?? state.Iterator;
  if (!processor) throw new ExecutionFailure(`The Map state '${visit.name}' has no ItemProcessor.`);
  const attempt = processor.ProcessorConfig?.Mode === "DISTRIBUTED" ? attemptDistributed : attemptInline;
  return runAttempts(state, visit, {
    run: (count, key) => attempt(state, processor, visit, count, key),
    givenUp: [{ type: "MapStateFailed" }],
  });
}

interface Started {
  readonly items: readonly Json[];
  readonly concurrency: number;
  readonly previous: number;
}
interface Succeeded {
  readonly results: readonly Json[];
  readonly previous: number;
}

async function attemptInline(
  state: MapState,
  processor: Processor,
  visit: Visit,
  retryCount: number,
  key: string,
): Promise<Attempt> {
  const { thread, name } = visit;
  const done = take(thread, `${key}/succeeded`) as Succeeded | undefined;
  if (done) {
    thread.previous = done.previous;
    return { ok: true, result: done.results };
  }
  const started =
    (take(thread, `${key}/started`) as Started | undefined) ?? (await start(state, visit, retryCount, key));
  thread.previous = started.previous;
  const { items } = started;
  let last = started.previous;
  const outcome = await together(visit, {
    count: items.length,
    limit: started.concurrency,
    scope: key,
    fork: (index) => ({ path: `${key}.${index}/`, item: { Index: index, Value: items[index] ?? null } }),
    run: async (iteration, index) => {
      const { output, succeeded } = await iterate(state, processor, visit, iteration, index, retryCount);
      last = Math.max(last, succeeded);
      return output;
    },
  });
  if (outcome.ok) return succeed(visit, key, outcome.results, last);
  const { failed, others, failure } = outcome;
  thread.previous = failed.thread.previous;
  const own: Draft = { type: "MapIterationFailed", details: { name, index: failed.index }, aside: true };
  return {
    ok: false,
    failure,
    events: [own, ...others.flatMap((other) => abortedIteration(name, other))],
  };
}

async function start(state: MapState, visit: Visit, retryCount: number, key: string): Promise<Started> {
  const bindings = bind(visit, { retryCount });
  const items = await itemsOf(state, visit, bindings);
  const { concurrency } = await limitsOf(state, bindings);
  commit(visit.thread, {
    events: [{ type: "MapStateStarted", details: { length: items.length } }],
    step: `${key}/started`,
    outcome: (_ids, previous) => ({ items, concurrency, previous }),
  });
  return { items, concurrency, previous: visit.thread.previous };
}

interface Done {
  readonly output: Json;
  readonly succeeded: number;
  readonly last: number;
}

async function iterate(
  state: MapState,
  processor: Processor,
  visit: Visit,
  iteration: Thread,
  index: number,
  retryCount: number,
): Promise<Done> {
  const { path } = iteration;
  const done = take(iteration, `${path}done`) as Done | undefined;
  if (done) {
    iteration.previous = done.last;
    return done;
  }
  const details = { name: visit.name, index };
  const input = await begin(state, visit, iteration, details, retryCount);
  const output = await iteration.run.walk(iteration, processor, input);
  // The next iteration goes on from this one's last state, not from its success.
  const last = iteration.previous;
  const [succeeded = 0] = commit(iteration, {
    events: [{ type: "MapIterationSucceeded", details, aside: true }],
    step: `${path}done`,
    outcome: ([id = 0]) => ({ output, succeeded: id, last }),
  });
  return { output, succeeded, last };
}

async function begin(
  state: MapState,
  visit: Visit,
  iteration: Thread,
  details: { name: string; index: number },
  retryCount: number,
): Promise<Json> {
  const step = `${iteration.path}started`;
  const begun = take(iteration, step) as { readonly input: Json; readonly previous: number } | undefined;
  if (begun) {
    iteration.previous = begun.previous;
    return begun.input;
  }
  iteration.signal.throwIfAborted();
  const input = await selectItem(state, visit, iteration.item ?? null, retryCount);
  commit(iteration, {
    events: [{ type: "MapIterationStarted", details }],
    step,
    outcome: (_ids, previous) => ({ input, previous }),
  });
  return input;
}

function succeed({ thread }: Visit, key: string, results: readonly Json[], last: number): Attempt {
  thread.previous = last;
  commit(thread, {
    events: [{ type: "MapStateSucceeded", aside: true }],
    step: `${key}/succeeded`,
    outcome: (_ids, previous) => ({ results, previous }),
  });
  return { ok: true, result: results };
}

function abortedIteration(name: string, { thread, index }: StartedThread): Draft[] {
  if (thread.current === undefined) return [];
  return [
    ...abortedIn(thread),
    { type: "MapIterationAborted", details: { name, index }, previous: thread.previous, aside: true },
  ];
}
