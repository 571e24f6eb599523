import { COMMAND, runCommand } from "../packages/local/src/emulator/command.ts";
import { type Graph, ofType, type Resource } from "../packages/local/src/synth/graph.ts";
import { synthesize } from "../packages/local/src/synth/synthesize.ts";

const root = `${import.meta.dirname}/..`;
const graphs = new Map<string, Promise<Graph>>();

interface GraphOptions {
  readonly dev?: boolean;
  /** What a deployment is configured with: `TELECINE_DOMAIN` and the like. */
  readonly env?: Readonly<Record<string, string>>;
}

/** The graph of a stage; each is made once for all tests. Nobody changes it: who wants another clones it. */
export function graphOf(stage: string, options: GraphOptions = {}): Promise<Graph> {
  const key = JSON.stringify([stage, options]);
  const graph =
    graphs.get(key) ??
    synthesize({ root, stage, ...options, outputs: { [COMMAND]: (command) => runCommand(command, root) } });
  graphs.set(key, graph);
  return graph;
}

/** The one resource of a type, or of a type and name. */
export function only(graph: Graph, type: string, name?: string): Resource {
  const found = ofType(graph, type).filter((resource) => name === undefined || resource.name === name);
  const [resource] = found;
  if (!resource || found.length > 1)
    throw new Error(`Expected one ${type} ${name ?? ""}, found ${found.length}.`);
  return resource;
}

export { ofType };

/** The subnets of one kind, by their name. */
export const subnetsOf = (graph: Graph, kind: RegExp): Resource[] =>
  ofType(graph, "aws:ec2/subnet:Subnet").filter(({ name }) => kind.test(name));

export interface Statement {
  readonly Effect: "Allow" | "Deny";
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** The statements of a policy, as text or as SST's document. */
export function statementsOf(policy: unknown): Statement[] {
  const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as { Statement: Statement[] };
  return document.Statement;
}
