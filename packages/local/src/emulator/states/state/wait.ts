import type { WaitState } from "../definition/types.ts";
import { parseInstant } from "../instant.ts";
import { evaluateField, QueryError } from "../query/template.ts";
import { commit, take } from "../run.ts";
import { sleepUntil } from "../time.ts";
import { bind, type Exit, leave, type Visit } from "../visit.ts";

const MAX_SECONDS = 99_999_999;

/** The instant is written down before the wait, so that a restart waits no longer. https://docs.aws.amazon.com/step-functions/latest/dg/state-wait.html */
export async function runWait(state: WaitState, visit: Visit): Promise<Exit> {
  const { thread, key } = visit;
  const until = (take(thread, `${key}/until`) as number | undefined) ?? (await decideUntil(state, visit));
  await sleepUntil(thread.run.engine.clock, until, thread.signal);
  return { ...(await leave(state, bind(visit), visit.input)), next: state.Next };
}

async function decideUntil(state: WaitState, visit: Visit): Promise<number> {
  const until =
    state.Timestamp === undefined
      ? await afterSeconds(state, visit)
      : await atTimestamp(state.Timestamp, visit);
  commit(visit.thread, { step: `${visit.key}/until`, outcome: () => until });
  return until;
}

async function afterSeconds({ Seconds = 0 }: WaitState, visit: Visit): Promise<number> {
  const seconds = await evaluateField("number", Seconds, "Seconds", bind(visit));
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_SECONDS) {
    throw new QueryError(
      `The Seconds field must be an integer from 0 to ${MAX_SECONDS}, but was: ${seconds}`,
      "Seconds",
    );
  }
  return visit.enteredAt + seconds * 1000;
}

async function atTimestamp(timestamp: string, visit: Visit): Promise<number> {
  const text = await evaluateField("string", timestamp, "Timestamp", bind(visit));
  const instant = parseInstant(text);
  if (instant !== undefined) return instant;
  const problem =
    "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string";
  throw new QueryError(`${problem}: ${text}`, "Timestamp");
}
