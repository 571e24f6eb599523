import type { Resource } from "../arn.ts";
import { bounded, TIMED_OUT } from "../bounded.ts";
import { ExecutionFailure, type Failure, HEARTBEAT_TIMEOUT, TASK_FAILED, TIMEOUT } from "../error.ts";
import { type CallContext, type Integration, TaskError } from "../integration.ts";
import { type Json, toJson } from "../json.ts";
import { commit, take } from "../run.ts";
import type { Visit } from "../visit.ts";
import { describe } from "./events.ts";
import type { Scheduled, Work } from "./schedule.ts";

/** How a call ended. */
export type Called =
  | { readonly ok: true; readonly result: Json }
  | { readonly ok: false; readonly failure: Failure; readonly timedOut: boolean };

type Service = Extract<Resource, { kind: "service" }>;

/** Where there is no TimeoutSeconds, a task may take about three years, as AWS documents. */
const LONGEST_MS = 99_999_999_000;

/** Does what the state says, and waits for it as long as the state says. */
export async function call(
  visit: Visit,
  resource: Resource,
  key: string,
  { scheduled, parameters, roleArn }: Work,
): Promise<Called> {
  const { engine } = visit.thread.run;
  const context = (signal: AbortSignal): CallContext => ({
    executionArn: visit.thread.log.arn,
    stateName: visit.name,
    roleArn,
    taskToken: scheduled.token ?? undefined,
    signal,
  });
  if (resource.kind === "function") {
    return within(visit, scheduled, (signal) => invoke(visit, resource.arn, parameters, signal));
  }
  const integration = integrationOf(engine.integrations, resource);
  const called = await within(visit, scheduled, async (signal) => {
    const response = await integration.call(parameters, context(signal));
    if (resource.pattern === "response") return toJson(response ?? null);
    // The state may have timed out meanwhile; then nothing more is told of this attempt.
    signal.throwIfAborted();
    writeSubmitted(visit, resource, key, response);
    return resource.pattern === "sync"
      ? toJson((await integration.wait?.(response, context(signal))) ?? null)
      : null;
  });
  return called.ok && resource.pattern === "token" ? answerOf(visit, scheduled) : called;
}

/** The process that did the work died with the machine. Only a token can still be answered. */
export async function afterRestart(
  visit: Visit,
  resource: Resource,
  key: string,
  scheduled: Scheduled,
): Promise<Called> {
  const { thread } = visit;
  const { engine } = thread.run;
  const submitted = take(thread, `${key}/submitted`) as number | undefined;
  if (submitted !== undefined) thread.previous = submitted;
  const { token } = scheduled;
  const answered = token !== null && engine.store.tokens.get(token)?.answer !== undefined;
  if (token !== null && (submitted !== undefined || answered)) return answerOf(visit, scheduled);
  engine.log({
    level: "warn",
    message: `${visit.name} was interrupted by a restart`,
    executionArn: thread.log.arn,
  });
  const lost =
    resource.kind === "function"
      ? functionInterrupted()
      : integrationOf(engine.integrations, resource).interrupted();
  return failed(lost);
}

/** Lambda's clients give this name to a connection that broke off. */
const functionInterrupted = () =>
  new TaskError(
    "Lambda.SdkClientException",
    "The function was interrupted: the machine it ran on was stopped.",
  );

function integrationOf(
  integrations: Readonly<Record<string, Integration>>,
  { integration }: Service,
): Integration {
  const found = Object.hasOwn(integrations, integration) ? integrations[integration] : undefined;
  if (found) return found;
  throw new Error(`No integration is registered for ${integration}.`);
}

async function within(
  visit: Visit,
  { deadline }: Scheduled,
  work: (signal: AbortSignal) => Promise<Json>,
): Promise<Called> {
  const { thread, name } = visit;
  const { engine } = thread.run;
  const { clock } = engine;
  try {
    const result = await bounded(work, {
      clock,
      deadline: deadline ?? undefined,
      signal: thread.signal,
      stuck: () => {
        engine.log({
          level: "warn",
          message: `${name} was told to end and goes on`,
          executionArn: thread.log.arn,
        });
      },
    });
    return result === TIMED_OUT ? timedOut() : { ok: true, result };
  } catch (error) {
    thread.signal.throwIfAborted();
    if (error instanceof TaskError) return failed(error);
    if (error instanceof ExecutionFailure) throw error;
    // An integration that throws anything else has a bug; the workflow still gets a failure it can deal with.
    engine.log({
      level: "error",
      message: `${name} broke: ${String(error)}`,
      executionArn: thread.log.arn,
      error,
    });
    return failed(new TaskError(TASK_FAILED, String(error), { cause: error }));
  }
}

function failed({ error, causeText }: TaskError): Called {
  return {
    ok: false,
    failure: { error, ...(causeText === undefined ? {} : { cause: causeText }) },
    timedOut: false,
  };
}

function timedOut(alias?: string): Called {
  return {
    ok: false,
    failure: { error: TIMEOUT, ...(alias === undefined ? {} : { alias }) },
    timedOut: true,
  };
}

/** A function called by its ARN: the state gets what it returned, and its own words when it fails. */
async function invoke(visit: Visit, arn: string, input: Json, signal: AbortSignal): Promise<Json> {
  const outcome = await visit.thread.run.engine.functions.invoke(arn, JSON.stringify(input), { signal });
  if (!outcome.ok) throw new TaskError(outcome.errorType, outcome.payload);
  return outcome.payload === "" ? null : (JSON.parse(outcome.payload) as Json);
}

function writeSubmitted({ thread }: Visit, resource: Service, key: string, response: unknown): void {
  commit(thread, {
    events: [describe(resource).submitted(JSON.stringify(response ?? null))],
    step: `${key}/submitted`,
    outcome: (_ids, previous) => previous,
  });
}

/** Waits for SendTaskSuccess or SendTaskFailure. A missed heartbeat is a timeout with a second name. */
async function answerOf({ thread }: Visit, { token, deadline, heartbeatMs }: Scheduled): Promise<Called> {
  const { tokens, clock } = thread.run.engine;
  const answer = await tokens.wait(token ?? "", {
    deadline: deadline ?? clock.now() + LONGEST_MS,
    heartbeatMs: heartbeatMs ?? undefined,
    signal: thread.signal,
  });
  if (answer === "timeout") return timedOut();
  if (answer === "heartbeat") return timedOut(HEARTBEAT_TIMEOUT);
  if (answer.ok) return { ok: true, result: answer.output };
  const { ok: _ok, ...failure } = answer;
  return { ok: false, failure, timedOut: false };
}
