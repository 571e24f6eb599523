import type { Resource } from "../arn.ts";
import type { Or, TaskState } from "../definition/types.ts";
import { exceedsLimit, type Json } from "../json.ts";
import { type Bindings, evaluateField, evaluateTemplate, QueryError } from "../query/template.ts";
import { commit } from "../run.ts";
import { newToken } from "../token.ts";
import { bind, Oversized, type Visit } from "../visit.ts";
import { describe } from "./events.ts";

/** What is known of an attempt that has begun. Times are milliseconds since the epoch. */
export interface Scheduled {
  readonly deadline: number | null;
  readonly heartbeatMs: number | null;
  readonly token: string | null;
  readonly previous: number;
}

export interface Work {
  readonly scheduled: Scheduled;
  readonly parameters: Json;
  readonly roleArn: string;
}

/** Computes what the task needs, and writes down that it begins, before it does. */
export async function schedule(
  state: TaskState,
  visit: Visit,
  resource: Resource,
  count: number,
  key: string,
): Promise<Work> {
  const { thread } = visit;
  const { run } = thread;
  const { clock, store, region } = run.engine;
  const token = resource.kind === "service" && resource.pattern === "token" ? newToken() : undefined;
  const bindings = bind(visit, { retryCount: count, token });
  const parameters =
    state.Arguments === undefined
      ? visit.input
      : await evaluateTemplate(state.Arguments, "Arguments", bindings);
  const text = JSON.stringify(parameters);
  if (exceedsLimit(text)) throw new Oversized("The arguments are too large.");
  const timeoutSeconds = await secondsOf(state.TimeoutSeconds, "TimeoutSeconds", bindings);
  const heartbeatSeconds = await secondsOf(state.HeartbeatSeconds, "HeartbeatSeconds", bindings);
  const credentials = await roleOf(state, bindings);
  const now = clock.now();
  const times = {
    deadline: timeoutSeconds === undefined ? null : now + timeoutSeconds * 1000,
    heartbeatMs: heartbeatSeconds === undefined ? null : heartbeatSeconds * 1000,
    token: token ?? null,
  };
  commit(thread, {
    events: describe(resource).scheduled({
      parameters: text,
      region,
      timeoutSeconds,
      heartbeatSeconds,
      credentials,
    }),
    step: `${key}/scheduled`,
    outcome: (_ids, previous) => ({ ...times, previous }),
    also: () => {
      if (token !== undefined) store.tokens.open(token, run.id, now);
    },
  });
  return {
    scheduled: { ...times, previous: thread.previous },
    parameters,
    roleArn: credentials ?? run.roleArn,
  };
}

async function secondsOf(
  value: Or<number> | undefined,
  field: string,
  bindings: Bindings,
): Promise<number | undefined> {
  if (value === undefined) return undefined;
  const seconds = await evaluateField("number", value, field, bindings);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 99_999_999) return seconds;
  throw new QueryError(
    `The ${field} field must be an integer from 1 to 99999999, but was: ${seconds}`,
    field,
  );
}

async function roleOf({ Credentials }: TaskState, bindings: Bindings): Promise<string | undefined> {
  if (!Credentials) return undefined;
  return evaluateField("string", Credentials.RoleArn, "Credentials/RoleArn", bindings);
}
