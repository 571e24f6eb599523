import { ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import type { Index } from "./index.ts";
import type { Arrow, ArrowKind } from "./picture.ts";

/** An arrow between what is drawn; nothing otherwise. */
export function arrow(
  from: string | undefined,
  to: string | undefined,
  kind: ArrowKind,
  label = "",
): Arrow[] {
  return from !== undefined && to !== undefined && from !== to ? [{ from, to, kind, label }] : [];
}

/** What a function is linked to: objects that it reads and writes, executions that it starts. */
export function functionLinks(index: Index): Arrow[] {
  return index.graph.functions.flatMap(({ functionID, links }) => {
    const own = index.drawn.find(
      ({ type, parent }) => type === "aws:lambda/function:Function" && parent?.endsWith(`::${functionID}`),
    );
    return Object.keys(links).flatMap((link) => linked(own?.urn, link, index));
  });
}

/** What a task is linked to, by its environment. */
export function taskLinks(index: Index): Arrow[] {
  return ofType(index.graph, "aws:ecs/taskDefinition:TaskDefinition").flatMap(({ urn, inputs }) => {
    const containers = JSON.parse(String(inputs.containerDefinitions)) as {
      environment?: { name: string }[];
    }[];
    const names = containers.flatMap(({ environment = [] }) => environment.map(({ name }) => name));
    return names.flatMap((name) => linked(urn, name.replace(/^SST_RESOURCE_/, ""), index));
  });
}

const LINKS: Readonly<Record<string, ArrowKind>> = {
  "aws:s3/bucketV2:BucketV2": "data",
  "aws:sfn/stateMachine:StateMachine": "event",
};

/** A link names a component; what is drawn of it is its child. Links to the data tier are in the security groups' rules. */
function linked(from: string | undefined, component: string, { drawn, byUrn }: Index): Arrow[] {
  const target = drawn.find((resource) => isPartOf(resource, component, byUrn) && resource.type in LINKS);
  return target ? arrow(from, target.urn, LINKS[target.type] ?? "data") : [];
}

function isPartOf({ parent }: Resource, component: string, byUrn: Index["byUrn"]): boolean {
  return byUrn.get(parent ?? "")?.name === component;
}
