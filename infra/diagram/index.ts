import type { Graph, Resource } from "../../packages/local/src/synth/graph.ts";
import { HINTS } from "./hints.ts";
import { type Attachment, attachmentOf, type Place, placesOf } from "./places.ts";

/** The graph, and how to find what one resource says about another. */
export interface Index {
  readonly graph: Graph;
  readonly byUrn: ReadonlyMap<string, Resource>;
  readonly places: ReadonlyMap<string, Place>;
  readonly attachments: ReadonlyMap<string, Attachment>;
  /** Resources that are drawn as boxes, by URN, which is the id of their node. */
  readonly drawn: readonly Resource[];
  /** The URN of the drawn resource that an id, ARN, host or component name belongs to. */
  readonly find: (name: unknown) => string | undefined;
}

export function indexOf(graph: Graph): Index {
  const drawn = graph.resources.filter(({ type }) => type in HINTS);
  const byUrn = new Map(graph.resources.map((resource) => [resource.urn, resource]));
  const names = new Map(drawn.flatMap((resource) => namesOf(resource).map((name) => [name, resource.urn])));
  return {
    graph,
    byUrn,
    places: placesOf(graph),
    attachments: new Map(drawn.map((resource) => [resource.urn, attachmentOf(resource, graph)])),
    drawn,
    find: (name) => (typeof name === "string" ? names.get(name) : undefined),
  };
}

/** Everything that other resources call one by. */
function namesOf({ type, id, outputs }: Resource): string[] {
  const names = [
    id,
    outputs.arn,
    outputs.invokeArn,
    outputs.bucketDomainName,
    outputs.bucketRegionalDomainName,
  ];
  // `abc123.execute-api.ap-northeast-1.amazonaws.com` is asked for by its first part.
  if (type === "aws:apigateway/restApi:RestApi") names.push(`${id}.execute-api`);
  return names.filter((name): name is string => typeof name === "string");
}
