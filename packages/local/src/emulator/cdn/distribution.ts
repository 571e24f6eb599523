import type { IncomingMessage } from "node:http";
import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import {
  compileEdgeFunction,
  type EdgeFunction,
  type EdgeRequest,
  type Origin,
  type Routed,
} from "./edge-function.ts";
import type { KeyValues } from "./key-values.ts";

interface Behavior {
  readonly pathPattern?: string;
  readonly targetOriginId: string;
  readonly allowedMethods: readonly string[];
  readonly functionAssociations?: readonly { readonly eventType: string; readonly functionArn: string }[];
}

interface Inputs {
  readonly origins: readonly (Origin & { readonly originId: string })[];
  readonly defaultCacheBehavior: Behavior;
  readonly orderedCacheBehaviors?: readonly Behavior[];
  readonly defaultRootObject?: string;
}

/** Where a request goes: what CloudFront decides before it asks an origin. */
export type Decision =
  | { readonly kind: "refuse"; readonly status: number; readonly message: string }
  | { readonly kind: "routed"; readonly routed: Routed; readonly origin: Origin };

export type Router = (request: IncomingMessage) => Promise<Decision>;

/** Reads a distribution: behaviors in their order, the viewer-request function of each, the origins. */
export function routerOf(distribution: Resource, graph: Graph, values: KeyValues): Router {
  const inputs = distribution.inputs as unknown as Inputs;
  const functions = functionsOf(graph, values);
  const behaviors = [...(inputs.orderedCacheBehaviors ?? []), inputs.defaultCacheBehavior];
  const patterns = behaviors.map((behavior) => ({
    behavior,
    matches: patternOf(behavior.pathPattern ?? "*"),
  }));

  return async (request) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const behavior =
      patterns.find(({ matches }) => matches.test(url.pathname))?.behavior ?? inputs.defaultCacheBehavior;
    if (!behavior.allowedMethods.includes(request.method ?? "GET"))
      return { kind: "refuse", status: 403, message: "This distribution does not allow this method here." };
    const edge = edgeRequest(request, url, inputs.defaultRootObject);
    const arn = behavior.functionAssociations?.find(
      ({ eventType }) => eventType === "viewer-request",
    )?.functionArn;
    const routed: Routed = arn
      ? await runFunction(functions, arn, edge, addressOf(request))
      : { kind: "request", request: edge, origin: undefined };
    const origin = routed.kind === "request" ? routed.origin : undefined;
    const declared = inputs.origins.find(({ originId }) => originId === behavior.targetOriginId);
    if (!declared)
      throw new Error(`The distribution "${distribution.name}" has no origin "${behavior.targetOriginId}".`);
    return { kind: "routed", routed, origin: origin ?? declared };
  };
}

function functionsOf(graph: Graph, values: KeyValues): Map<string, EdgeFunction> {
  return new Map(
    ofType(graph, "aws:cloudfront/function:Function").map((resource) => {
      const { code, keyValueStoreAssociations } = resource.inputs as {
        code: string;
        keyValueStoreAssociations?: readonly string[];
      };
      const store = values.get(keyValueStoreAssociations?.[0] ?? "") ?? new Map<string, string>();
      return [resource.outputs.arn as string, compileEdgeFunction(resource.name, code, store)];
    }),
  );
}

function runFunction(
  functions: Map<string, EdgeFunction>,
  arn: string,
  request: EdgeRequest,
  viewerAddress: string,
): Promise<Routed> {
  const run = functions.get(arn);
  if (!run) throw new Error(`There is no CloudFront function ${arn}.`);
  return run(request, viewerAddress);
}

/** Node.js writes the IPv4 address of a caller at a socket for both as `::ffff:127.0.0.1`; CloudFront does not. */
function addressOf({ socket }: IncomingMessage): string {
  return (socket.remoteAddress ?? "").replace(/^::ffff:/, "");
}

/** Path patterns know `*` for any characters and `?` for one. */
function patternOf(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${pattern.startsWith("/") || pattern.startsWith("*") ? "" : "/"}${escaped}$`);
}

function edgeRequest(request: IncomingMessage, url: URL, rootObject: string | undefined): EdgeRequest {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, { value: String(value) }]),
  );
  const querystring = Object.fromEntries(
    [...url.searchParams.keys()].map((name) => [name, { value: url.searchParams.get(name) ?? "" }]),
  );
  const uri = url.pathname === "/" && rootObject ? `/${rootObject}` : url.pathname;
  return { method: request.method ?? "GET", uri, querystring, headers, cookies: {} };
}
