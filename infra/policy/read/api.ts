import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";

/** A method as the API's users know it: `GET /videos/{id}`. */
export function pathOf(graph: Graph, { inputs }: Resource): string {
  const parts: string[] = [];
  for (let next = inputs.resourceId; ;) {
    const part = ofType(graph, TYPE.apiResource).find(({ id }) => id === next);
    if (!part) return `${String(inputs.httpMethod)} /${parts.join("/")}`;
    parts.unshift(String(part.inputs.pathPart));
    next = part.inputs.parentId;
  }
}

/** Stages that the internet reaches: of every API that is not private to a VPC. */
export function publicStages(graph: Graph): Resource[] {
  const isPrivate = (id: unknown) =>
    ofType(graph, TYPE.restApi).some(
      (api) => api.id === id && stringsOf(at(api.inputs, "endpointConfiguration.types")).includes("PRIVATE"),
    );
  return ofType(graph, TYPE.stage).filter(({ inputs }) => !isPrivate(inputs.restApi));
}
