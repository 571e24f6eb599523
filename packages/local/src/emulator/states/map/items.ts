import type { MapState } from "../definition/types.ts";
import type { Json } from "../json.ts";
import { type Bindings, evaluateField, evaluateTemplate, QueryError } from "../query/template.ts";
import { bind, type Visit } from "../visit.ts";

/** What the state iterates over: its Items, else its input, which must then be a list. */
export async function itemsOf(
  { Items }: MapState,
  visit: Visit,
  bindings: Bindings,
): Promise<readonly Json[]> {
  if (Items !== undefined) return evaluateField("array", Items, "Items", bindings);
  if (Array.isArray(visit.input)) return visit.input as readonly Json[];
  throw new QueryError(`Map state input must be an array but was: ${JSON.stringify(visit.input)}`);
}

/** What one iteration gets: the item itself, or what ItemSelector makes of it. */
export async function selectItem(
  { ItemSelector }: MapState,
  visit: Visit,
  item: Json,
  retryCount: number,
): Promise<Json> {
  if (ItemSelector === undefined) return (item as { readonly Value: Json }).Value;
  return evaluateTemplate(ItemSelector, "ItemSelector", bind(visit, { item, retryCount }));
}

interface Limits {
  /** Iterations that run at once. */
  readonly concurrency: number;
  /** As the state says it; 0 for no limit. */
  readonly maxConcurrency: number;
  /** Undefined where the state does not say. */
  readonly toleratedCount: number | undefined;
  readonly toleratedPercentage: number | undefined;
}

/** AWS runs up to 40 iterations of an inline Map at once; a laptop runs no more than that of a distributed one either. */
const MOST_AT_ONCE = 40;

export async function limitsOf(state: MapState, bindings: Bindings): Promise<Limits> {
  const maxConcurrency = (await numberOf(state, "MaxConcurrency", bindings)) ?? 0;
  return {
    concurrency: Math.min(maxConcurrency || MOST_AT_ONCE, MOST_AT_ONCE),
    maxConcurrency,
    toleratedCount: await numberOf(state, "ToleratedFailureCount", bindings),
    toleratedPercentage: await numberOf(state, "ToleratedFailurePercentage", bindings, 100),
  };
}

type NumberField = "MaxConcurrency" | "ToleratedFailureCount" | "ToleratedFailurePercentage";

async function numberOf(
  state: MapState,
  field: NumberField,
  bindings: Bindings,
  max = Infinity,
): Promise<number | undefined> {
  const value = state[field];
  if (value === undefined) return undefined;
  const number = await evaluateField("number", value, field, bindings);
  if (number >= 0 && number <= max) return number;
  const range = max === Infinity ? "cannot be negative" : `must be between 0 and ${max}`;
  throw new QueryError(`The ${field} field ${range}, but was: ${number}`, field);
}
