import type { Resource } from "../../../packages/local/src/synth/graph.ts";
import { at } from "../conditions.ts";

/** An input that must be JSON and is not. The checker makes a violation of it. */
export class UnreadableError extends Error {
  override readonly name = "UnreadableError";
  readonly resource: Resource;
  readonly property: string;

  constructor(resource: Resource, property: string, options: ErrorOptions) {
    super(`${property} of ${resource.type} "${resource.name}" is no JSON document.`, options);
    this.resource = resource;
    this.property = property;
  }
}

/** What a JSON text among the inputs says. An object is taken as it is: Pulumi accepts both for policies. */
export function parsed(resource: Resource, property: string): unknown {
  const value = at(resource.inputs, property);
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new UnreadableError(resource, property, { cause });
  }
}
