import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { listOf } from "../conditions.ts";
import { type Conditions, unmet } from "../checks.ts";
import type { Check, Stack } from "../rule.ts";
import { TYPE } from "../types.ts";
import { parsed } from "./document.ts";

export interface Container {
  readonly task: Resource;
  /** The container's place in the resource, with its dot: `containerDefinitions.0.`. */
  readonly prefix: string;
  readonly definition: unknown;
}

export function containers({ graph }: Stack): Container[] {
  return ofType(graph, TYPE.taskDefinition).flatMap((task) =>
    listOf(parsed(task, "containerDefinitions")).map((definition, index) => ({
      task,
      prefix: `containerDefinitions.${index}.`,
      definition,
    })),
  );
}

/** Every container of every task meets the conditions. */
export function eachContainer(conditions: Conditions): Check {
  return (stack) =>
    containers(stack).flatMap(({ task, prefix, definition }) => unmet(task, definition, conditions, prefix));
}
