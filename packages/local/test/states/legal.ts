import type { HistoryEvent } from "@aws-sdk/client-sfn";

const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  TaskScheduled: ["TaskStarted"],
  LambdaFunctionScheduled: ["LambdaFunctionStarted"],
  LambdaFunctionStarted: ["LambdaFunctionSucceeded", "LambdaFunctionFailed", "LambdaFunctionTimedOut"],
  TaskStarted: ["TaskSubmitted", "TaskSucceeded", "TaskFailed", "TaskTimedOut"],
  TaskSubmitted: ["TaskSucceeded", "TaskFailed", "TaskTimedOut"],
};

/** What no history of AWS shows: gaps, effects before their causes, a task that ends twice or not at all. */
export function illegalities(events: readonly HistoryEvent[]): string[] {
  const problems: string[] = [];
  const followers = new Map<number, HistoryEvent[]>();
  for (const [index, event] of events.entries()) {
    const { id = 0, previousEventId: previous = 0, timestamp } = event;
    if (id !== index + 1) problems.push(`#${id} stands at place ${index + 1}`);
    if (previous >= id) problems.push(`#${id} follows from #${previous}`);
    const before = events[index - 1]?.timestamp;
    if (before && timestamp && timestamp < before) problems.push(`#${id} happened before #${id - 1}`);
    followers.set(previous, [...(followers.get(previous) ?? []), event]);
  }
  const fromNothing = events
    .filter(({ previousEventId }) => previousEventId === 0)
    .map(({ type }) => type ?? "");
  const strange = fromNothing
    .slice(2)
    .filter((type) => !/^(EvaluationFailed|Execution(Aborted|TimedOut))$/.test(type));
  problems.push(...strange.map((type) => `${type} follows from nothing`));
  for (const { id = 0, type = "" } of events) {
    const allowed = ENDINGS[type];
    if (!allowed) continue;
    const all = followers.get(id) ?? [];
    const next = all.filter((event) => !event.type?.endsWith("Aborted"));
    if (next.length === 0 && all.length > 0) continue;
    if (next.length !== 1 || !allowed.includes(next[0]?.type ?? "")) {
      problems.push(
        `#${id} ${type} is followed by ${next.map((event) => event.type).join(", ") || "nothing"}`,
      );
    }
  }
  problems.push(...unbalanced(events));
  if (events.filter(({ type }) => type?.startsWith("Execution")).length !== 2) {
    problems.push("the execution does not begin and end once");
  }
  return problems;
}

/** Every state that was entered was left, failed or aborted; none was left twice. */
function unbalanced(events: readonly HistoryEvent[]): string[] {
  const entered = count(events.flatMap((event) => event.stateEnteredEventDetails?.name ?? []));
  const exited = count(events.flatMap((event) => event.stateExitedEventDetails?.name ?? []));
  const aborted = events.filter(({ type }) =>
    /(StateAborted|ExecutionFailed|MapStateFailed|ParallelStateFailed)$/.test(type ?? ""),
  ).length;
  const open = [...entered].flatMap(([name, times]) => {
    const left = exited.get(name) ?? 0;
    return left > times || (left < times && aborted === 0)
      ? [`${name} was entered ${times} times and left ${left} times`]
      : [];
  });
  return open;
}

export function count(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
