import type { Flow, State } from "./definition/types.ts";
import { ExecutionFailure, StateFailed } from "./error.ts";
import type { Json, JsonObject } from "./json.ts";
import { commit, take, type Thread } from "./run.ts";
import { runChoice } from "./state/choice.ts";
import { runFail } from "./state/fail.ts";
import { runMap } from "./state/map.ts";
import { runParallel } from "./state/parallel.ts";
import { runPass } from "./state/pass.ts";
import { runSucceed } from "./state/succeed.ts";
import { runTask } from "./state/task.ts";
import { runWait } from "./state/wait.ts";
import { nextTurn } from "./time.ts";
import { type Exit, fail, troubleOf, type Visit } from "./visit.ts";

/** Runs a flow from its first state to its end. Throws a {@link StateFailed} when nothing caught a failure. */
export async function walk(thread: Thread, flow: Flow, input: Json): Promise<Json> {
  let name = flow.StartAt;
  let value = input;
  for (let visit = 0; ; visit++) {
    const exit = await runState(thread, name, stateOf(flow, name), value, `${thread.path}${visit}`);
    if (exit.next === undefined) return exit.output;
    name = exit.next;
    value = exit.output;
  }
}

function stateOf({ States }: Flow, name: string): State {
  const state = States[name];
  if (state) return state;
  throw new ExecutionFailure(`The definition has no state '${name}'.`);
}

interface Left {
  readonly output: Json;
  readonly assigned: JsonObject | null;
  readonly next: string | null;
  readonly previous: number;
}
interface Failed {
  readonly failure: JsonObject;
  readonly previous: number;
}

async function runState(thread: Thread, name: string, state: State, input: Json, key: string): Promise<Exit> {
  const left = take(thread, `${key}/exit`) as Left | undefined;
  if (left) return passBy(thread, left);
  thread.current = { type: state.Type, name };
  const failed = take(thread, `${key}/failed`) as Failed | undefined;
  if (failed) {
    thread.previous = failed.previous;
    throw new StateFailed(failed.failure);
  }
  const visit = await enter(thread, name, state, input, key);
  const exit = await attempt(state, visit);
  writeExit(visit, exit);
  thread.current = undefined;
  return exit;
}

/** A state that an earlier process has left. */
function passBy(thread: Thread, { output, assigned, next, previous }: Left): Exit {
  thread.previous = previous;
  if (assigned) thread.variables = { ...thread.variables, ...assigned };
  return { output, next: next ?? undefined };
}

interface Entered {
  readonly before: number;
  readonly id: number;
  readonly at: number;
}

async function enter(thread: Thread, name: string, state: State, input: Json, key: string): Promise<Visit> {
  const type = state.Type;
  const before = thread.previous;
  const entered = take(thread, `${key}/entered`) as Entered | undefined;
  if (entered) {
    thread.previous = entered.id;
    return {
      thread,
      key,
      type,
      name,
      input,
      before: entered.before,
      enteredId: entered.id,
      enteredAt: entered.at,
    };
  }
  await nextTurn();
  const at = thread.run.engine.clock.now();
  const [id = 0] = commit(thread, {
    events: [{ type: `${type}StateEntered`, details: { name, input: JSON.stringify(input) } }],
    step: `${key}/entered`,
    outcome: ([id = 0]) => ({ before, id, at }),
  });
  const { run, log } = thread;
  if (log.id === run.id) {
    run.engine.notify({
      executionArn: log.arn,
      stateMachineArn: run.machineArn,
      status: "RUNNING",
      stateName: name,
    });
  }
  return { thread, key, type, name, input, before, enteredId: id, enteredAt: at };
}

async function attempt(state: State, visit: Visit): Promise<Exit> {
  try {
    return await dispatch(state, visit);
  } catch (error) {
    if (error instanceof ExecutionFailure) error.after ??= visit.thread.previous;
    const trouble = troubleOf(visit, error);
    if (!trouble) throw error;
    return fail(visit, trouble);
  }
}

async function dispatch(state: State, visit: Visit): Promise<Exit> {
  switch (state.Type) {
    case "Pass":
      return runPass(state, visit);
    case "Succeed":
      return runSucceed(state, visit);
    case "Fail":
      return runFail(state, visit);
    case "Wait":
      return runWait(state, visit);
    case "Choice":
      return runChoice(state, visit);
    case "Task":
      return runTask(state, visit);
    case "Parallel":
      return runParallel(state, visit);
    case "Map":
      return runMap(state, visit);
  }
}

function writeExit({ thread, key, type, name }: Visit, { output, assigned, next }: Exit): void {
  const set = Object.entries(assigned ?? {}).map(
    ([variable, value]) => [variable, JSON.stringify(value)] as const,
  );
  const variables = set.length === 0 ? {} : { assignedVariables: Object.fromEntries(set) };
  commit(thread, {
    events: [{ type: `${type}StateExited`, details: { name, output: JSON.stringify(output), ...variables } }],
    step: `${key}/exit`,
    outcome: (_ids, previous) => ({ output, assigned: assigned ?? null, next: next ?? null, previous }),
  });
  if (assigned) thread.variables = { ...thread.variables, ...assigned };
}
