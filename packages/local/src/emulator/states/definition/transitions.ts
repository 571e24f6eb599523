import { isObject } from "../json.ts";
import type { Report } from "./check.ts";

type States = Readonly<Record<string, unknown>>;

/** Every way leads to a state that exists, some state ends the flow, and every state can be reached. */
export function checkTransitions(startAt: string, states: States, at: string, report: Report): void {
  const known = (name: string) => Object.hasOwn(states, name);
  if (!known(startAt)) missing(startAt, `${at}/StartAt`, report);
  for (const [name, state] of Object.entries(states)) {
    for (const { target, field } of targets(state)) {
      if (!known(target)) missing(target, `${at}/States/${name}/${field}`, report);
    }
  }
  if (!Object.values(states).some(isTerminal)) {
    report("Workflow has no terminal state", undefined, "MISSING_END_STATE");
    return;
  }
  const reached = reachable(startAt, states);
  for (const name of Object.keys(states)) {
    if (!reached.has(name)) {
      report(`State "${name}" is not reachable.`, `${at}/States/${name}`, "MISSING_TRANSITION_TARGET");
    }
  }
}

function missing(target: string, at: string, report: Report): void {
  report(`Missing 'Next' target: ${target}`, at, "MISSING_TRANSITION_TARGET");
}

/** Where a state can go, and the field that says so. */
function targets(state: unknown): { target: string; field: string }[] {
  if (!isObject(state)) return [];
  const direct = ["Next", "Default"].map((field) => ({ target: state[field], field }));
  const listed = ["Choices", "Catch"].flatMap((field) => {
    const entries: unknown = state[field];
    if (!Array.isArray(entries)) return [];
    return entries.map((entry: unknown, index) => ({
      target: isObject(entry) ? entry.Next : undefined,
      field: `${field}[${index}]/Next`,
    }));
  });
  return [...direct, ...listed].filter(
    (one): one is { target: string; field: string } => typeof one.target === "string",
  );
}

function isTerminal(state: unknown): boolean {
  return isObject(state) && (state.End === true || state.Type === "Succeed" || state.Type === "Fail");
}

function reachable(startAt: string, states: States): Set<string> {
  const reached = new Set<string>();
  const waiting = [startAt];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    waiting.push(...targets(states[name]).map(({ target }) => target));
  }
  return reached;
}
