import { parseResource, type Resource } from "../arn.ts";
import { type Attempt, runAttempts } from "../attempts.ts";
import type { TaskState } from "../definition/types.ts";
import { dataLimit, ExecutionFailure } from "../error.ts";
import { exceedsLimit, type Json } from "../json.ts";
import { commit, take } from "../run.ts";
import { afterRestart, call, type Called } from "../task/call.ts";
import { describe } from "../task/events.ts";
import { schedule, type Scheduled } from "../task/schedule.ts";
import type { Exit, Visit } from "../visit.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html */
export async function runTask(state: TaskState, visit: Visit): Promise<Exit> {
  const resource = parseResource(state.Resource);
  if (!resource) {
    throw new ExecutionFailure(
      `The resource ${state.Resource} of the state '${visit.name}' is not recognized.`,
    );
  }
  return runAttempts(state, visit, { run: (count, key) => attempt(state, visit, resource, count, key) });
}

interface Result {
  readonly result: Json;
  readonly previous: number;
}

async function attempt(
  state: TaskState,
  visit: Visit,
  resource: Resource,
  count: number,
  key: string,
): Promise<Attempt> {
  const { thread } = visit;
  const scheduled = take(thread, `${key}/scheduled`) as Scheduled | undefined;
  if (!scheduled) {
    const work = await schedule(state, visit, resource, count, key);
    return conclude(visit, resource, key, work.scheduled, await call(visit, resource, key, work));
  }
  thread.previous = scheduled.previous;
  const done = take(thread, `${key}/result`) as Result | undefined;
  if (!done) {
    return conclude(visit, resource, key, scheduled, await afterRestart(visit, resource, key, scheduled));
  }
  thread.previous = done.previous;
  return { ok: true, result: done.result };
}

/** Turns the answer of what was called into events. A success is written down at once: its work is not done again. */
function conclude(
  visit: Visit,
  resource: Resource,
  key: string,
  { token }: Scheduled,
  called: Called,
): Attempt {
  const { thread } = visit;
  const { tokens } = thread.run.engine.store;
  const events = describe(resource);
  const closeToken = () => {
    if (token !== null) tokens.close(token);
  };
  if (!called.ok) {
    const { failure, timedOut } = called;
    return {
      ok: false,
      failure,
      events: [timedOut ? events.timedOut() : events.failed(failure)],
      also: closeToken,
    };
  }
  const output = JSON.stringify(called.result);
  if (exceedsLimit(output)) {
    const failure = dataLimit(resource.kind === "function" ? resource.arn : resource.resourceType);
    return { ok: false, failure, events: [events.failed(failure)], also: closeToken };
  }
  commit(thread, {
    events: [events.succeeded(output)],
    step: `${key}/result`,
    outcome: (_ids, previous) => ({ result: called.result, previous }),
    also: closeToken,
    finished: true,
  });
  return { ok: true, result: called.result };
}
