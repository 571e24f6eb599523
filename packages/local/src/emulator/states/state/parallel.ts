import { type Attempt, runAttempts } from "../attempts.ts";
import type { ParallelState } from "../definition/types.ts";
import { evaluateTemplate } from "../query/template.ts";
import type { Json } from "../json.ts";
import { commit, take } from "../run.ts";
import { abortedIn, together } from "../threads.ts";
import { bind, type Exit, type Visit } from "../visit.ts";

/** https://docs.aws.amazon.com/step-functions/latest/dg/state-parallel.html */
export async function runParallel(state: ParallelState, visit: Visit): Promise<Exit> {
  return runAttempts(state, visit, {
    run: (count, key) => attempt(state, visit, count, key),
    givenUp: [{ type: "ParallelStateFailed" }],
  });
}

interface Started {
  readonly input: Json;
  readonly previous: number;
}
interface Succeeded {
  readonly results: readonly Json[];
  readonly previous: number;
}

async function attempt(
  state: ParallelState,
  visit: Visit,
  retryCount: number,
  key: string,
): Promise<Attempt> {
  const { thread } = visit;
  const done = take(thread, `${key}/succeeded`) as Succeeded | undefined;
  if (done) {
    thread.previous = done.previous;
    return { ok: true, result: done.results };
  }
  const { input, previous } =
    (take(thread, `${key}/started`) as Started | undefined) ?? (await start(state, visit, retryCount, key));
  thread.previous = previous;
  let last = previous;
  const outcome = await together<Json>(visit, {
    count: state.Branches.length,
    limit: state.Branches.length,
    scope: key,
    fork: (index) => ({ path: `${key}.${index}/`, item: thread.item }),
    run: async (branch, index) => {
      const flow = state.Branches[index];
      if (!flow) throw new Error(`The state '${visit.name}' has no branch ${index}.`);
      const output = await thread.run.walk(branch, flow, input);
      last = Math.max(last, branch.previous);
      return output;
    },
  });
  if (outcome.ok) return succeed(visit, key, outcome.results, last);
  const { failed, others, failure } = outcome;
  thread.previous = failed.thread.previous;
  // A Task that failed inside a branch is aborted as well; a Fail state is not.
  const own = failed.thread.current?.type === "Task" ? abortedIn(failed.thread) : [];
  return { ok: false, failure, events: [...own, ...others.flatMap((other) => abortedIn(other.thread))] };
}

async function start(
  { Arguments }: ParallelState,
  visit: Visit,
  retryCount: number,
  key: string,
): Promise<Started> {
  const input =
    Arguments === undefined
      ? visit.input
      : await evaluateTemplate(Arguments, "Arguments", bind(visit, { retryCount }));
  commit(visit.thread, {
    events: [{ type: "ParallelStateStarted" }],
    step: `${key}/started`,
    outcome: (_ids, previous) => ({ input, previous }),
  });
  return { input, previous: visit.thread.previous };
}

/** What follows goes on from the branches' last event, not from this one. */
function succeed({ thread }: Visit, key: string, results: readonly Json[], last: number): Attempt {
  thread.previous = last;
  commit(thread, {
    events: [{ type: "ParallelStateSucceeded", aside: true }],
    step: `${key}/succeeded`,
    outcome: (_ids, previous) => ({ results, previous }),
  });
  return { ok: true, result: results };
}
