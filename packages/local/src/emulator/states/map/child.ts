import { randomUUID } from "node:crypto";
import { executionArn } from "../arn.ts";
import type { Processor } from "../definition/types.ts";
import { ExecutionFailure, type Failure, StateFailed } from "../error.ts";
import type { Json } from "../json.ts";
import { commit, type Log, take, type Thread } from "../run.ts";

/** A child execution's history; its identity is filled in when it begins. */
export type Child = { -readonly [Field in keyof Log]: Log[Field] };

interface Begun {
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly startedAt: number;
}
interface Done {
  readonly output: Json;
  readonly failed: boolean;
}

/**
 * Runs one child execution to its end. Its failure ends the run only if `failed`, which counts it, returns one.
 * @returns its output, or undefined for a failure that is tolerated
 */
export async function runChild(
  thread: Thread,
  processor: Processor,
  mapRunArn: string,
  failed: () => Failure | undefined,
): Promise<Json | undefined> {
  const done = take(thread, `${thread.path}done`) as Done | undefined;
  if (done) {
    if (done.failed) tolerate(failed());
    return done.failed ? undefined : done.output;
  }
  begin(thread, mapRunArn);
  try {
    const output = await thread.run.walk(thread, processor, thread.log.input);
    end(thread, "ExecutionSucceeded", { output });
    return output;
  } catch (error) {
    if (!(error instanceof StateFailed || error instanceof ExecutionFailure)) throw error;
    let verdict: Failure | undefined;
    end(thread, "ExecutionFailed", { failure: error.failure }, () => {
      verdict = failed();
    });
    tolerate(verdict);
    return undefined;
  }
}

function tolerate(verdict: Failure | undefined): void {
  if (verdict) throw new StateFailed(verdict);
}

function begin(thread: Thread, mapRunArn: string): void {
  const { run, path } = thread;
  const log = thread.log as Child;
  const { store, clock } = run.engine;
  const begun = take(thread, `${path}begun`) as Begun | undefined;
  if (begun) {
    Object.assign(log, begun, { lastId: store.progress.lastEventId(begun.id) });
    return;
  }
  thread.signal.throwIfAborted();
  const name = randomUUID();
  const startedAt = clock.now();
  const arn = executionArn(log.machineArn, name);
  const input = JSON.stringify(log.input);
  log.id = store.transaction(() => {
    const { roleArn, id: parentId } = run;
    const id = store.executions.insert({
      arn,
      name,
      machineArn: log.machineArn,
      revision: run.revision,
      type: "STANDARD",
      roleArn,
      input,
      startedAt,
      parentId,
      mapRunArn,
    });
    store.progress.append(id, [
      { id: 1, previous: 0, type: "ExecutionStarted", at: startedAt, details: { input, roleArn } },
    ]);
    store.progress.record(run.id, `${path}begun`, { id, arn, name, startedAt });
    return id;
  });
  Object.assign(log, { arn, name, startedAt, lastId: 1 });
}

function end(
  thread: Thread,
  type: "ExecutionSucceeded" | "ExecutionFailed",
  { output, failure = {} }: { output?: Json; failure?: Failure },
  also?: () => void,
): void {
  const { store, clock } = thread.run.engine;
  const { error, cause } = failure;
  const succeeded = type === "ExecutionSucceeded";
  const text = succeeded ? JSON.stringify(output) : undefined;
  commit(thread, {
    events: [{ type, details: succeeded ? { output: text } : { error, cause } }],
    step: `${thread.path}done`,
    outcome: () => ({ output: output ?? null, failed: !succeeded }),
    last: true,
    also: () => {
      store.executions.end(
        thread.log.id,
        { status: succeeded ? "SUCCEEDED" : "FAILED", output: text, error, cause },
        clock.now(),
      );
      also?.();
    },
  });
}
