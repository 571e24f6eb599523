import { type Json, isObject } from "./json.ts";

/** AWS ends an execution with its 25,000th event. */
export const MAX_EVENTS = 25_000;
export const TOO_MANY_EVENTS = `The execution reached the maximum number of history events (${MAX_EVENTS}).`;

type Details = Readonly<Record<string, Json | undefined>>;

/** An event before it has its number. */
export interface Draft {
  readonly type: string;
  readonly details?: Details;
  /** The event it follows from: the thread's last one unless given; `"above"` is the draft before it. */
  readonly previous?: number | "above";
  /** Leaves the thread's last event as it is: what comes next follows from the same event. */
  readonly aside?: true;
}

export interface StoredEvent {
  readonly id: number;
  readonly previous: number;
  readonly type: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly details: Details | undefined;
}

/** Numbers drafts as AWS does: ids go on counting, `previous` follows the thread. */
export function numberEvents(
  drafts: readonly Draft[],
  from: { readonly lastId: number; readonly previous: number; readonly at: number },
): { events: StoredEvent[]; previous: number } {
  let last = from.previous;
  const events = drafts.map((draft, index): StoredEvent => {
    const id = from.lastId + index + 1;
    const previous = draft.previous === "above" ? id - 1 : (draft.previous ?? last);
    if (!draft.aside) last = id;
    return { id, previous, type: draft.type, at: from.at, details: draft.details };
  });
  return { events, previous: last };
}

/** The details' name in GetExecutionHistory's answer: one for all state types, else the event's own. */
function detailsName(type: string): string {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

const DATA = ["input", "output", "assignedVariables", "parameters"];
/** Fields that come with `truncated`, whether the data are there or not. */
const DESCRIBED = ["input", "output", "assignedVariables"];

/**
 * An event as GetExecutionHistory answers it.
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
export function present(event: StoredEvent, includeData: boolean): object {
  const { id, previous, type, at, details } = event;
  const shown = { id, previousEventId: previous, timestamp: at / 1000, type };
  if (!isObject(details)) return shown;
  const fields: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(details)) {
    if (includeData || !DATA.includes(name)) fields[name] = value;
    if (DESCRIBED.includes(name)) fields[`${name}Details`] = { truncated: false };
  }
  return { ...shown, [detailsName(type)]: fields };
}
