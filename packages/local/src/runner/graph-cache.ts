import { existsSync } from "node:fs";
import type { Completion } from "../emulator/emulator.ts";
import { dynamicResources } from "../emulator/cdn/key-values.ts";
import type { Graph, Resource } from "../synth/graph.ts";
import type { StateFolder } from "./state.ts";

interface Kept {
  readonly fingerprint: string;
  readonly graph: Graph;
}

const FILE = "graph.json";

export interface GraphSource {
  readonly state: StateFolder;
  readonly fingerprint: string;
  readonly completions: Readonly<
    Record<string, (resource: Pick<Resource, "type" | "name" | "inputs">) => ReturnType<Completion>>
  >;
  /** Commands of a deployment: what they made is used again as long as nothing changed. */
  readonly commands: ReadonlySet<string>;
  readonly make: () => Promise<Graph>;
}

/** The graph of the last start where nothing that it is made of has changed since, otherwise a new one. */
export async function graphOf(source: GraphSource): Promise<Graph> {
  const kept = source.state.read(FILE) as Kept | undefined;
  if (kept?.fingerprint === source.fingerprint && (await stillTrue(kept.graph, source))) return kept.graph;
  const graph = await source.make();
  source.state.write(FILE, { fingerprint: source.fingerprint, graph } satisfies Kept);
  return graph;
}

/** Addresses may be taken by others meanwhile, and what a build made may have been deleted. */
async function stillTrue(graph: Graph, { completions, commands }: GraphSource): Promise<boolean> {
  for (const resource of graph.resources) {
    const complete = commands.has(resource.type) ? undefined : completions[resource.type];
    const now = (await complete?.(resource)) ?? {};
    if (Object.entries(now).some(([name, value]) => resource.outputs[name] !== value)) return false;
  }
  const files = dynamicResources(graph, "BucketFiles").flatMap(
    ({ inputs }) => inputs.files as { source: string }[],
  );
  return files.every(({ source }) => existsSync(source));
}
