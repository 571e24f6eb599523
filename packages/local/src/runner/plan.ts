import type { Emulator } from "../emulator/emulator.ts";
import type { Graph } from "../synth/graph.ts";
import { PASSIVE } from "./passive.ts";

/** The app declares something that nothing here stands in for. */
export class UnsupportedResourceError extends Error {
  override readonly name = "UnsupportedResourceError";
}

/**
 * The stand-ins that this graph needs, in the order they are listed, which is the order of their dependence. Refuses a
 * graph with a resource that would be missing, naming all of them.
 */
export function plan(graph: Graph, emulators: readonly Emulator[]): Emulator[] {
  const types = new Set(graph.resources.map(({ type }) => type));
  const covered = new Set(emulators.flatMap((emulator) => emulator.types));
  const missing = graph.resources.filter(
    ({ type }) => isCloud(type) && !covered.has(type) && !(type in PASSIVE),
  );
  if (missing.length > 0) {
    const list = missing.map(({ type, name }) => `  ${type} "${name}"`).join("\n");
    throw new UnsupportedResourceError(
      `Nothing on this machine stands in for:\n${list}\nSee FEATURES.md for what there is.`,
    );
  }
  return emulators.filter((emulator) => emulator.always ?? emulator.types.some((type) => types.has(type)));
}

/** Components are made of resources; providers and the stack itself are no resources of a cloud. */
function isCloud(type: string): boolean {
  return !type.startsWith("sst:") && !type.startsWith("pulumi:");
}
