import { nameOf } from "./arn.ts";
import type { Definition } from "./definition/types.ts";
import type { Engine } from "./engine.ts";
import { Aborted, ExecutionFailure, type Failure, StateFailed, TIMEOUT } from "./error.ts";
import type { Draft } from "./history.ts";
import { walk } from "./interpreter.ts";
import type { Json } from "./json.ts";
import { commit, isClosing, type Log, type Run, type Thread } from "./run.ts";
import type { End, Execution } from "./store/executions.ts";
import { sleepUntil } from "./time.ts";

/** An execution that is being interpreted. */
export interface Running {
  /** Ends it from outside; false if it had ended. Resolves when its work has ended too. */
  end(end: End, event: Draft): Promise<boolean>;
  /** Stops interpreting, to be continued by another process. */
  leave(): void;
  /** Nothing of it is written any more. */
  seal(): void;
  readonly done: Promise<void>;
}

/** AWS lets an EXPRESS execution run for five minutes. */
const EXPRESS_SECONDS = 300;

/**
 * Interprets an execution from its first state, or from where an earlier process left it.
 * @param resumed whether there may be a journal of an earlier process
 */
export function runExecution(
  engine: Engine,
  execution: Execution,
  definition: Definition,
  resumed: boolean,
): Running {
  const control = new AbortController();
  const root = rootOf(engine, execution, definition, resumed, control.signal);
  const { run } = root;

  const end = (outcome: End, event: Draft) => {
    if (run.sealed) return false;
    finish(root, outcome, event);
    control.abort(new Aborted("ended"));
    return true;
  };
  const timeOut = () => {
    end({ status: "TIMED_OUT" }, TIMED_OUT_EVENT);
  };
  const limit = limitOf(execution, definition);
  // The time may have run out while the machine was down: then nothing more is done.
  if (limit !== undefined && engine.clock.now() >= limit) timeOut();
  const work = run.sealed ? [] : [interpret(root, control), watch(engine, limit, control.signal, timeOut)];
  const done = Promise.all(work).then(() => undefined);
  return {
    end: async (outcome, event) => {
      const ended = end(outcome, event);
      await done;
      return ended;
    },
    leave: () => {
      control.abort(new Aborted("closing"));
    },
    seal: () => {
      run.sealed = true;
    },
    done,
  };
}

const TIMED_OUT_EVENT: Draft = { type: "ExecutionTimedOut", details: { error: TIMEOUT }, previous: 0 };

function limitOf({ startedAt, type }: Execution, { TimeoutSeconds }: Definition): number | undefined {
  const seconds =
    type === "EXPRESS" ? Math.min(TimeoutSeconds ?? EXPRESS_SECONDS, EXPRESS_SECONDS) : TimeoutSeconds;
  return seconds === undefined ? undefined : startedAt + seconds * 1000;
}

/** Calls back at the instant unless the signal is aborted before. */
async function watch(
  { clock }: Engine,
  instant: number | undefined,
  signal: AbortSignal,
  expire: () => void,
): Promise<void> {
  if (instant === undefined) return;
  try {
    await sleepUntil(clock, instant, signal);
  } catch (error) {
    if (signal.aborted) return;
    throw error;
  }
  expire();
}

function rootOf(
  engine: Engine,
  execution: Execution,
  definition: Definition,
  resumed: boolean,
  signal: AbortSignal,
): Thread {
  const { id, arn, name, machineArn, revision, roleArn, startedAt } = execution;
  const { progress } = engine.store;
  const input = JSON.parse(execution.input) as Json;
  const machineName = nameOf(machineArn);
  const log: Log = {
    id,
    arn,
    name,
    machineArn,
    machineName,
    startedAt,
    input,
    lastId: progress.lastEventId(id),
  };
  const steps = resumed ? progress.journal(id) : new Map<string, unknown>();
  const run: Run = {
    engine,
    id,
    machineArn,
    machineName,
    roleArn,
    definition,
    revision,
    steps,
    sealed: false,
    walk,
  };
  return {
    run,
    log,
    path: "",
    scope: undefined,
    signal,
    item: undefined,
    variables: {},
    previous: 0,
    current: undefined,
    aborted: [],
  };
}

async function interpret(root: Thread, control: AbortController): Promise<void> {
  const { run, log } = root;
  try {
    const output = JSON.stringify(await walk(root, run.definition, log.input));
    finish(root, { status: "SUCCEEDED", output }, { type: "ExecutionSucceeded", details: { output } });
  } catch (error) {
    conclude(root, error);
  } finally {
    // Ends what watches the execution's time.
    control.abort(new Aborted("ended"));
  }
}

function conclude(root: Thread, error: unknown): void {
  const { engine } = root.run;
  if (error instanceof Aborted || root.run.sealed) return;
  if (error instanceof StateFailed) {
    failed(root, error.failure);
  } else if (error instanceof ExecutionFailure) {
    failed(root, error.failure, error.after);
  } else {
    engine.log({
      level: "error",
      message: "An execution broke: this is a bug of the interpreter",
      executionArn: root.log.arn,
      error,
    });
    failed(root, new ExecutionFailure(`Internal error: ${String(error)}`, { cause: error }).failure);
  }
}

function failed(root: Thread, { error, cause }: Failure, previous = root.previous): void {
  const details = error === undefined && cause === undefined ? {} : { details: { error, cause } };
  finish(root, { status: "FAILED", error, cause }, { type: "ExecutionFailed", previous, ...details });
}

/** Writes the last event and the outcome, and drops what was kept to continue from. */
function finish(root: Thread, end: End, event: Draft): void {
  const { run, log } = root;
  const { store, clock } = run.engine;
  const { id } = run;
  const at = clock.now();
  // The signal says that the work must end, which does not hinder this.
  const thread =
    isClosing(root.signal) || !root.signal.aborted ? root : { ...root, signal: new AbortController().signal };
  commit(thread, {
    events: [event],
    last: true,
    finished: true,
    also: () => {
      store.executions.end(id, end, at);
      store.executions.abortChildren(id, undefined, at);
      store.mapRuns.abortAll(id, at);
      store.tokens.closeAll(id);
      store.progress.clearJournal(id);
    },
  });
  run.sealed = true;
  const stateName = root.current?.name;
  run.engine.notify({
    executionArn: log.arn,
    stateMachineArn: run.machineArn,
    status: end.status,
    ...(stateName === undefined ? {} : { stateName }),
  });
}
