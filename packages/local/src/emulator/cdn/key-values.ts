import type { Graph, Resource } from "../../synth/graph.ts";

/** The contents of CloudFront's key-value stores, as SST's own providers would write them: store ARN, then key. */
export type KeyValues = ReadonlyMap<string, ReadonlyMap<string, string>>;

const DYNAMIC = "pulumi-nodejs:dynamic:Resource";

export function dynamicResources(graph: Graph, provider: string): Resource[] {
  return graph.resources.filter(
    ({ type, name }) => type === DYNAMIC && name.endsWith(`.sst.aws.${provider}`),
  );
}

export function keyValuesOf(graph: Graph): KeyValues {
  const stores = new Map<string, Map<string, string>>();
  const storeOf = (arn: string) =>
    stores.get(arn) ?? stores.set(arn, new Map()).get(arn) ?? new Map<string, string>();
  for (const { inputs } of dynamicResources(graph, "KvKeys")) {
    const { store, namespace, entries } = inputs as {
      store: string;
      namespace: string;
      entries: Record<string, string>;
    };
    for (const [key, value] of Object.entries(entries)) storeOf(store).set(`${namespace}:${key}`, value);
  }
  for (const { inputs } of dynamicResources(graph, "KvRoutesUpdate")) {
    const { store, namespace, key, entry } = inputs as {
      store: string;
      namespace: string;
      key: string;
      entry: string;
    };
    const name = `${namespace}:${key}`;
    const routes = JSON.parse(storeOf(store).get(name) ?? "[]") as string[];
    storeOf(store).set(name, JSON.stringify([...routes, entry]));
  }
  return stores;
}
