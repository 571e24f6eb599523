import { randomUUID } from "node:crypto";
import { childMachineArn, mapRunArn, nameOf } from "../arn.ts";
import type { Attempt } from "../attempts.ts";
import type { MapState, Processor } from "../definition/types.ts";
import { type Failure, TOLERANCE_EXCEEDED } from "../error.ts";
import type { Draft } from "../history.ts";
import { type CallContext, TaskError } from "../integration.ts";
import type { Json } from "../json.ts";
import { commit, doom, take } from "../run.ts";
import { together } from "../threads.ts";
import { bind, troubleOf, type Visit } from "../visit.ts";
import { batch } from "./batch.ts";
import { type Child, runChild } from "./child.ts";
import { itemsOf, limitsOf, selectItem } from "./items.ts";
import { readItems } from "./reader.ts";
import { writeResults } from "./writer.ts";

interface Started {
  readonly arn: string;
  readonly label: string;
  readonly concurrency: number;
  readonly toleratedCount: number | null;
  readonly toleratedPercentage: number | null;
  readonly items: readonly Json[] | null;
  readonly previous: number;
}
interface Succeeded {
  readonly result: Json;
  readonly previous: number;
}

/**
 * A distributed Map: each item, or batch, is an execution of its own with a history of its own; the state's history tells of
 * the run alone. They run in this process all the same.
 */
export async function attemptDistributed(
  state: MapState,
  processor: Processor,
  visit: Visit,
  retryCount: number,
  key: string,
): Promise<Attempt> {
  const { thread } = visit;
  const done = take(thread, `${key}/succeeded`) as Succeeded | undefined;
  if (done) {
    thread.previous = done.previous;
    return { ok: true, result: done.result };
  }
  const started =
    (take(thread, `${key}/started`) as Started | undefined) ?? (await start(state, visit, retryCount, key));
  thread.previous = started.previous;
  const run: MapRunning = { state, processor, visit, retryCount, key, started };
  try {
    return await runChildren(run, await inputsOf(run));
  } catch (error) {
    if (error instanceof TaskError) return failRun(run, failureOf(error), []);
    const trouble = troubleOf(visit, error);
    if (trouble) return failRun(run, trouble.failure, trouble.events);
    throw error;
  }
}

interface MapRunning {
  readonly state: MapState;
  readonly processor: Processor;
  readonly visit: Visit;
  readonly retryCount: number;
  readonly key: string;
  readonly started: Started;
}

async function start(state: MapState, visit: Visit, retryCount: number, key: string): Promise<Started> {
  const { run } = visit.thread;
  const { store, clock } = run.engine;
  const bindings = bind(visit, { retryCount });
  const items = state.ItemReader ? null : await itemsOf(state, visit, bindings);
  const limits = await limitsOf(state, bindings);
  const label = labelOf(state, visit);
  const arn = mapRunArn(run.machineArn, label, randomUUID());
  const { concurrency, maxConcurrency, toleratedCount = null, toleratedPercentage = null } = limits;
  const started = { arn, label, concurrency, toleratedCount, toleratedPercentage, items };
  commit(visit.thread, {
    events: [
      { type: "MapStateStarted", details: { length: items?.length ?? 0 } },
      { type: "MapRunStarted", details: { mapRunArn: arn } },
    ],
    step: `${key}/started`,
    outcome: (_ids, previous) => ({ ...started, previous }),
    also: () => {
      const tolerated = {
        toleratedCount: toleratedCount ?? 0,
        toleratedPercentage: toleratedPercentage ?? 0,
      };
      store.mapRuns.insert({
        arn,
        executionId: run.id,
        startedAt: clock.now(),
        maxConcurrency,
        ...tolerated,
      });
    },
  });
  return { ...started, previous: visit.thread.previous };
}

/** AWS makes up a label where there is none; here it is the state's name, as far as an ARN can hold it. */
function labelOf({ Label }: MapState, { name }: Visit): string {
  return Label ?? (name.replace(/[^\w-]+/g, "-").slice(0, 40) || "Map");
}

/** The inputs of all children. They are written down: reading them again could give others. */
async function inputsOf({ state, visit, retryCount, key, started }: MapRunning): Promise<readonly Json[]> {
  const { thread } = visit;
  const { engine } = thread.run;
  const known = take(thread, `${key}/inputs`) as readonly Json[] | undefined;
  if (known) return known;
  const bindings = bind(visit, { retryCount });
  const { ItemReader: reader, ItemBatcher: batcher } = state;
  const items = started.items ?? (reader ? await readItems(reader, bindings, engine, contextFor(visit)) : []);
  const selected: Json[] = [];
  for (const [Index, Value] of items.entries()) {
    selected.push(await selectItem(state, visit, { Index, Value }, retryCount));
  }
  const inputs = batcher ? await batch(selected, batcher, bindings) : selected;
  commit(thread, {
    step: `${key}/inputs`,
    outcome: () => inputs,
    also: () => {
      engine.store.mapRuns.setItemCount(started.arn, items.length);
    },
  });
  return inputs;
}

const contextFor = ({ thread, name }: Visit): CallContext => ({
  executionArn: thread.log.arn,
  stateName: name,
  roleArn: thread.run.roleArn,
  taskToken: undefined,
  signal: thread.signal,
});

async function runChildren(run: MapRunning, inputs: readonly Json[]): Promise<Attempt> {
  const { processor, visit, key, started } = run;
  const { thread } = visit;
  let failures = 0;
  const exceeded = () => exceeds(failures, inputs.length, started);
  const outcome = await together(visit, {
    count: inputs.length,
    limit: started.concurrency,
    scope: key,
    fork: (index) => ({ path: `${key}.${index}/`, log: child(run, inputs[index] ?? null) }),
    run: (iteration) =>
      runChild(iteration, processor, started.arn, () => {
        failures += 1;
        if (!exceeded()) return undefined;
        doom({ ...thread, scope: key });
        return { error: TOLERANCE_EXCEEDED, cause: "The specified tolerated failure threshold was exceeded" };
      }),
  });
  if (!outcome.ok) return failRun(run, outcome.failure, []);
  return succeed(run, outcome.results);
}

/** The history of a child that has not begun yet; one that has finds its own again. */
function child({ visit, started }: MapRunning, input: Json): Child {
  const arn = childMachineArn(visit.thread.run.machineArn, started.label);
  return {
    id: 0,
    arn: "",
    name: "",
    machineArn: arn,
    machineName: nameOf(arn),
    startedAt: 0,
    input,
    lastId: 0,
  };
}

/** Nothing is tolerated unless the state says so; of two limits either one ends the run. */
function exceeds(failures: number, total: number, { toleratedCount, toleratedPercentage }: Started): boolean {
  if (toleratedCount === null && toleratedPercentage === null) return failures > 0;
  if (toleratedCount !== null && failures > toleratedCount) return true;
  return toleratedPercentage !== null && (failures / total) * 100 > toleratedPercentage;
}

async function succeed(
  { state, visit, retryCount, key, started }: MapRunning,
  results: readonly (Json | undefined)[],
): Promise<Attempt> {
  const { thread } = visit;
  const { engine } = thread.run;
  const { store, clock } = engine;
  const bindings = bind(visit, { retryCount });
  const children = () => store.executions.list({ mapRunArn: started.arn, limit: results.length }).reverse();
  const result = state.ResultWriter
    ? await writeResults(
        state.ResultWriter,
        { arn: started.arn, children: children() },
        bindings,
        engine,
        contextFor(visit),
      )
    : results.filter((output): output is Json => output !== undefined);
  commit(thread, {
    events: [
      { type: "MapRunSucceeded", aside: true },
      { type: "MapStateSucceeded", previous: "above", aside: true },
    ],
    step: `${key}/succeeded`,
    outcome: (_ids, previous) => ({ result, previous }),
    also: () => {
      store.mapRuns.end(started.arn, "SUCCEEDED", clock.now());
    },
  });
  return { ok: true, result };
}

function failRun({ visit, started }: MapRunning, failure: Failure, events: readonly Draft[]): Attempt {
  const { run } = visit.thread;
  const { store, clock } = run.engine;
  const { error, cause } = failure;
  const told: Draft = { type: "MapRunFailed", details: { error, cause } };
  return {
    ok: false,
    failure,
    events: [...events, told],
    also: () => {
      store.executions.abortChildren(run.id, started.arn, clock.now());
      store.mapRuns.end(started.arn, "FAILED", clock.now());
    },
  };
}

const failureOf = ({ error, causeText }: TaskError): Failure => ({
  error,
  ...(causeText === undefined ? {} : { cause: causeText }),
});
