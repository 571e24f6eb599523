import type { Graph, Resource } from "../../../packages/local/src/synth/graph.ts";
import { isRecord } from "../conditions.ts";
import type { RuleId } from "../rule.ts";

/** A copy of a graph that may be spoiled. */
export interface Draft extends Omit<Graph, "resources"> {
  resources: DraftResource[];
}

type DraftResource = Omit<Resource, "inputs"> & { inputs: Record<string, unknown> };

export type Change = (draft: Draft) => void;

/** One mistake that somebody could make: the rule it breaks, what it does, and how. */
export type Mutation = readonly [rule: RuleId, does: string, change: Change];

/** Keys, indexes, and objects that pick the first item of a list with the same fields. A string is split at its dots. */
type Path = string | readonly (string | Readonly<Record<string, string>>)[];

/** The graph after a change; the graph itself stays as it was. */
export function changed(graph: Graph, change: Change): Graph {
  const draft = structuredClone(graph) as unknown as Draft;
  change(draft);
  return draft;
}

/** Sets a property of the first resource of a type, inside of JSON texts too. `undefined` removes it. */
export function set(type: string, path: Path, value: unknown, name = /^/): Change {
  return edit(type, path, () => value, name);
}

/** Replaces a property by what is made of it. */
export function edit(type: string, path: Path, make: (old: unknown) => unknown, name = /^/): Change {
  return (draft) => {
    const resource = first(draft, type, name);
    const steps = typeof path === "string" ? path.split(".") : path;
    resource.inputs = replaced(resource.inputs, steps, make) as Record<string, unknown>;
  };
}

/** Puts one more item at the end of a list, which may be missing. */
export function append(type: string, path: Path, item: unknown, name = /^/): Change {
  return edit(type, path, (list) => [...(Array.isArray(list) ? (list as unknown[]) : []), item], name);
}

/** Removes all resources of a type, or those of a name. */
export function remove(type: string, name = /^/): Change {
  return (draft) => {
    first(draft, type, name);
    draft.resources = draft.resources.filter(
      (resource) => resource.type !== type || !name.test(resource.name),
    );
  };
}

/** Adds a resource that nobody asked for. */
export function add(type: string, inputs: Record<string, unknown>, name = "Intruder"): Change {
  return ({ resources, app }) => {
    const urn = `urn:pulumi:${app.stage}::${app.name}::${type}::${name}`;
    const options = {
      protect: false,
      retainOnDelete: false,
      ignoreChanges: [],
      dependencies: [],
      provider: undefined,
    };
    resources.push({
      type,
      name,
      urn,
      parent: undefined,
      inputs,
      outputs: inputs,
      id: `${name}-id`,
      options,
    });
  };
}

/** The first resource of a type. A change that finds none would prove nothing, and says so. */
export function first(draft: Draft, type: string, name = /^/): DraftResource {
  const found = draft.resources.find((resource) => resource.type === type && name.test(resource.name));
  if (!found) throw new Error(`There is no ${type} ${name.source} to change.`);
  return found;
}

function replaced(value: unknown, steps: Exclude<Path, string>, make: (old: unknown) => unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return make(value);
  if (typeof value === "string") return JSON.stringify(replaced(JSON.parse(value), steps, make));
  if (Array.isArray(value)) {
    const items = value as unknown[];
    const index = typeof step === "string" ? Number(step) : items.findIndex((item) => matches(item, step));
    if (!(index in items)) throw new Error(`There is no item ${JSON.stringify(step)} to change.`);
    return items.with(index, replaced(items[index], rest, make));
  }
  if (typeof step !== "string") throw new Error(`There is no list with ${JSON.stringify(step)} to change.`);
  const { [step]: old, ...others } = isRecord(value) ? value : {};
  const next = replaced(old, rest, make);
  return next === undefined ? others : { ...others, [step]: next };
}

const matches = (item: unknown, fields: Readonly<Record<string, string>>) =>
  isRecord(item) && Object.entries(fields).every(([key, wanted]) => item[key] === wanted);
