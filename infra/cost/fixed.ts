import type { Graph } from "../../packages/local/src/synth/graph.ts";
import type { Group } from "./charges/charge.ts";
import { CHARGES } from "./charges.ts";
import { type Line, sum, toLines } from "./lines.ts";
import type { Region } from "./price-list.ts";
import { FREE, isComponent, METERED } from "./types.ts";

export interface GroupCost {
  readonly group: Group;
  readonly lines: readonly Line[];
  readonly usd: number;
}

/**
 * What a stage costs in US dollars each month before it has seen a video, by group, dearest first.
 * Throws for resource types that are
 * neither priced nor known to be free, by name.
 */
export function fixedCosts(graph: Graph, region: Region): GroupCost[] {
  refuseUnknown(graph);
  const charges = graph.resources.flatMap((resource) => CHARGES[resource.type]?.(resource, graph) ?? []);
  const groups = [...Map.groupBy(charges, ({ group }) => group)].map(([group, own]) => {
    const lines = toLines(own, region).sort((one, other) => other.usd - one.usd);
    return { group, lines, usd: sum(lines) };
  });
  return groups.sort((one, other) => other.usd - one.usd);
}

function refuseUnknown({ resources }: Graph): void {
  const types = new Set(resources.map(({ type }) => type));
  const unknown = [...types].filter((type) => !isKnown(type)).sort();
  if (unknown.length === 0) return;
  throw new Error(
    `Nothing is known about what ${unknown.join(", ")} cost${unknown.length === 1 ? "s" : ""}. ` +
      "Add each to CHARGES (infra/cost/charges.ts), or to METERED or FREE (infra/cost/types.ts).",
  );
}

function isKnown(type: string): boolean {
  return isComponent(type) || type in CHARGES || type in METERED || type in FREE;
}
