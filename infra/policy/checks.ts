import { ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { at, type Condition } from "./conditions.ts";
import type { Check, Gate, Violation } from "./rule.ts";
import { shortType } from "./types.ts";

/** Conditions by the path of the property they are on: `rootDirectory.path`. */
export type Conditions = Readonly<Record<string, Condition>>;

/** Every resource of a type meets the conditions. */
export function each(type: string, conditions: Conditions): Check {
  return ({ graph }) =>
    ofType(graph, type).flatMap((resource) => unmet(resource, resource.inputs, conditions));
}

/**
 * The conditions that a part of a resource does not meet: a container, a statement, a volume.
 * @param prefix The part's place in the resource, with its dot: `volumes.0.`.
 */
export function unmet(resource: Resource, part: unknown, conditions: Conditions, prefix = ""): Violation[] {
  return Object.entries(conditions)
    .filter(([path, { holds }]) => !holds(at(part, path)))
    .map(([path, { expected }]) => ({
      resource,
      property: `${prefix}${path}`,
      found: at(part, path),
      expected,
    }));
}

export type Belongs = (other: Resource, owner: Resource) => boolean;

/** Belonging by an input of the other resource that holds an output of the owner: its id, unless another is named. */
export const by =
  (input: string, output = "id"): Belongs =>
  (other, owner) => {
    const wanted = output === "id" ? owner.id : owner.outputs[output];
    return wanted !== undefined && at(other.inputs, input) === wanted;
  };

/** Every resource of a type has one of another type beside it, which meets the conditions. */
export function beside(type: string, other: string, belongs: Belongs, conditions: Conditions = {}): Check {
  return ({ graph }) =>
    ofType(graph, type).flatMap((owner) => {
      const found = ofType(graph, other).filter((resource) => belongs(resource, owner));
      if (found.length === 0) return [absence(owner, other)];
      return found.flatMap((resource) => unmet(resource, resource.inputs, conditions));
    });
}

/** What a resource lacks beside it. */
export function absence(owner: Resource, other: string): Violation {
  return {
    resource: owner,
    property: shortType(other),
    found: undefined,
    expected: `a ${shortType(other)} of its own`,
  };
}

/** Several checks as one. */
export function all(...checks: readonly Check[]): Check {
  return (stack) => checks.flatMap((check) => check(stack));
}

/** A part of a rule that weighs less than the rule. */
export function weighing(gate: Gate, check: Check): Check {
  return (stack) => check(stack).map((violation) => ({ ...violation, gate }));
}

/** A part of a rule that only permanent stages have to keep. */
export function whenPermanent(check: Check): Check {
  return (stack) => (stack.permanent ? check(stack) : []);
}
