import { randomUUID } from "node:crypto";
import { executionArn } from "./arn.ts";
import type { Definition } from "./definition/types.ts";
import type { Engine } from "./engine.ts";
import { type Running, runExecution } from "./execution.ts";
import { sleepUntil } from "./time.ts";
import type { End, Execution } from "./store/executions.ts";
import type { Machine } from "./store/machines.ts";

/** Starts, continues and stops executions. */
export interface Executor {
  /** Begins an execution; it is on disk when this returns. */
  start(machine: Machine, name: string, input: string): Execution;
  /** Continues everything that ran when the folder was last closed. */
  resume(): void;
  stop(execution: Execution, reason: Pick<End, "error" | "cause">): Promise<void>;
  close(): Promise<void>;
}

/** How long tasks may take to end when the machine goes down. */
const CLOSING_MS = 2500;

export function createExecutor(engine: Engine): Executor {
  const running = new Map<number, Running>();
  const definitionOf = createDefinitions(engine);

  const launch = (execution: Execution, resumed: boolean): Running => {
    const run = runExecution(engine, execution, definitionOf(execution), resumed);
    running.set(execution.id, run);
    const ended = () => running.delete(execution.id);
    void run.done.then(ended, (error: unknown) => {
      ended();
      const message = "An execution could not be written down";
      engine.log({ level: "error", message, executionArn: execution.arn, error });
    });
    return run;
  };
  return {
    start: (machine, name, input) => {
      const execution = create(engine, machine, name, input);
      engine.notify({ executionArn: execution.arn, stateMachineArn: machine.arn, status: "RUNNING" });
      launch(execution, false);
      return execution;
    },
    resume: () => {
      for (const execution of engine.store.executions.running()) {
        if (!running.has(execution.id)) launch(execution, true);
      }
    },
    stop: async (execution, { error, cause }) => {
      const run = running.get(execution.id) ?? launch(execution, true);
      const event = { type: "ExecutionAborted", details: { error, cause }, previous: 0 };
      await run.end({ status: "ABORTED", error, cause }, event);
    },
    close: () => leaveAll(engine, [...running.values()]),
  };
}

/** Definitions by revision, read once. */
function createDefinitions({ store }: Engine): (execution: Execution) => Definition {
  const known = new Map<string, Definition>();
  return ({ revision, arn }) => {
    const read = () => {
      const text = store.machines.definition(revision);
      if (text === undefined) throw new Error(`The definition of ${arn} is missing from the store.`);
      return JSON.parse(text) as Definition;
    };
    const definition = known.get(revision) ?? read();
    known.set(revision, definition);
    return definition;
  };
}

async function leaveAll({ clock }: Engine, running: readonly Running[]): Promise<void> {
  for (const run of running) run.leave();
  const late = new AbortController();
  const all = Promise.allSettled(running.map(({ done }) => done));
  await Promise.race([all, sleepUntil(clock, clock.now() + CLOSING_MS, late.signal)]);
  late.abort();
  for (const run of running) run.seal();
}

function create({ store, clock }: Engine, machine: Machine, name: string, input: string): Execution {
  const startedAt = clock.now();
  const arn = executionArn(machine.arn, name, machine.type === "EXPRESS" ? randomUUID() : undefined);
  const { arn: machineArn, revision, roleArn, type } = machine;
  return store.transaction(() => {
    const id = store.executions.insert({
      arn,
      name,
      machineArn,
      revision,
      type,
      roleArn,
      input,
      startedAt,
      parentId: null,
      mapRunArn: null,
    });
    store.progress.append(id, [
      { id: 1, previous: 0, type: "ExecutionStarted", at: startedAt, details: { input, roleArn } },
    ]);
    const execution = store.executions.byArn(arn);
    if (!execution) throw new Error(`The execution ${arn} was not stored.`);
    return execution;
  });
}
