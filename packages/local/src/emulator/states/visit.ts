import type { Leaving, StateType } from "./definition/types.ts";
import { dataLimit, type Failure, QUERY_EVALUATION, StateFailed } from "./error.ts";
import type { Draft } from "./history.ts";
import { exceedsLimit, type Json, type JsonObject } from "./json.ts";
import { type Bindings, evaluateTemplate, QueryError } from "./query/template.ts";
import { commit, doom, type Thread } from "./run.ts";

/** A state that is being run. */
export interface Visit {
  readonly thread: Thread;
  /** Prefix of the steps in it. */
  readonly key: string;
  readonly type: StateType;
  readonly name: string;
  readonly input: Json;
  /** The event before the state's entry, and the entry itself. */
  readonly before: number;
  readonly enteredId: number;
  readonly enteredAt: number;
}

/** How a state was left. */
export interface Exit {
  readonly output: Json;
  readonly assigned?: JsonObject | undefined;
  /** Undefined ends the flow. */
  readonly next: string | undefined;
}

/** What is in `$states` besides the input and the context. */
export interface Extra {
  readonly result?: Json;
  readonly errorOutput?: Json;
  readonly retryCount?: number;
  readonly token?: string | undefined;
  /** Overrides `Map.Item` of the context: a Map looking at one of its items. */
  readonly item?: Json;
}

export function bind(visit: Visit, extra: Extra = {}): Bindings {
  const { input, thread } = visit;
  const { result, errorOutput } = extra;
  return {
    variables: thread.variables,
    states: {
      input,
      context: contextOf(visit, extra),
      ...(result === undefined ? {} : { result }),
      ...(errorOutput === undefined ? {} : { errorOutput }),
    },
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/input-output-contextobject.html */
function contextOf(
  { thread, name, enteredAt }: Visit,
  { retryCount, token, item = thread.item }: Extra,
): Json {
  const { log, run } = thread;
  return {
    Execution: {
      Id: log.arn,
      Input: log.input,
      StartTime: new Date(log.startedAt).toISOString(),
      Name: log.name,
      RoleArn: run.roleArn,
      RedriveCount: 0,
    },
    StateMachine: { Id: log.machineArn, Name: log.machineName },
    State: {
      Name: name,
      EnteredTime: new Date(enteredAt).toISOString(),
      ...(retryCount === undefined ? {} : { RetryCount: retryCount }),
    },
    ...(item === undefined ? {} : { Map: { Item: item } }),
    ...(token === undefined ? {} : { Task: { Token: token } }),
  };
}

/** What a state sends or leaves is too large. Retry and Catch see it as the state's failure. */
export class Oversized extends Error {
  override readonly name = "Oversized";
}

/**
 * Computes what a state leaves behind: variables, then its output. Both see the variables as they were.
 * @param prefix the part of the location before the field, for example `Choices[1]/`
 */
export async function leave(
  fields: Leaving,
  bindings: Bindings,
  fallback: Json,
  prefix = "",
): Promise<Omit<Exit, "next">> {
  const { Assign, Output } = fields;
  const assigned =
    Assign === undefined
      ? undefined
      : ((await evaluateTemplate(Assign, `${prefix}Assign`, bindings)) as JsonObject);
  const output =
    Output === undefined ? fallback : await evaluateTemplate(Output, `${prefix}Output`, bindings);
  if (exceedsLimit(JSON.stringify(output))) throw new Oversized("The output is too large.");
  return { output, assigned };
}

/** A failure with the events that tell of it. */
export interface Trouble {
  readonly failure: Failure;
  readonly events: readonly Draft[];
  /** Written in the same transaction. */
  readonly also?: (() => void) | undefined;
}

/** What an error that was thrown while a state computed means to AWS; undefined for errors that are none of the state's. */
export function troubleOf(visit: Visit, error: unknown): Trouble | undefined {
  if (error instanceof Oversized) return { failure: dataLimit(visit.name), events: [] };
  if (!(error instanceof QueryError)) return undefined;
  const failure = { error: QUERY_EVALUATION, cause: explain(visit, error.message) };
  const { location } = error;
  const previous = visit.type === "Wait" ? visit.enteredId : visit.before;
  const details = { ...failure, ...(location === undefined ? {} : { location }), state: visit.name };
  return { failure, events: [{ type: "EvaluationFailed", details, previous }] };
}

export function explain({ name, enteredId }: Visit, text: string): string {
  return `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}). ${text}`;
}

/** Writes down that the state has failed for good, and throws a {@link StateFailed}. */
export function fail(visit: Visit, { failure, events, also }: Trouble): never {
  const { thread, key } = visit;
  commit(thread, {
    events,
    step: `${key}/failed`,
    outcome: (_ids, previous) => ({ failure: { ...failure }, previous }),
    also: () => {
      also?.();
      doom(thread);
    },
  });
  throw new StateFailed(failure);
}
