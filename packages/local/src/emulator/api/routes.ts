import { type Graph, ofType, type Resource } from "../../synth/graph.ts";

/** One method of a REST API. */
export interface Route {
  readonly method: string;
  /** As declared: `/videos/{id}`. */
  readonly path: string;
  readonly integration: Integration;
}

export type Integration =
  | { readonly kind: "function"; readonly functionArn: string }
  /** Answers by itself: what SST declares for CORS preflight. */
  | { readonly kind: "mock"; readonly status: number; readonly headers: Readonly<Record<string, string>> };

/** Answers of API Gateway itself, by response type, for example `MISSING_AUTHENTICATION_TOKEN`. */
export type Refusals = ReadonlyMap<
  string,
  {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly template: string | undefined;
  }
>;

export function routesOf(api: Resource, graph: Graph): Route[] {
  const paths = pathsOf(api, graph);
  const integrations = ofType(graph, "aws:apigateway/integration:Integration").filter(
    ({ inputs }) => inputs.restApi === api.id,
  );
  return integrations.map((integration) => {
    const { resourceId, httpMethod } = integration.inputs as { resourceId: string; httpMethod: string };
    const path = paths.get(resourceId);
    if (!path)
      throw new Error(
        `The integration "${integration.name}" belongs to no resource of the API "${api.name}".`,
      );
    return { method: httpMethod, path, integration: readIntegration(integration, graph) };
  });
}

/** Resource ids to full paths: each resource knows its parent and its own part. */
function pathsOf(api: Resource, graph: Graph): Map<string, string> {
  const resources = ofType(graph, "aws:apigateway/resource:Resource").filter(
    ({ inputs }) => inputs.restApi === api.id,
  );
  const paths = new Map([[api.outputs.rootResourceId as string, ""]]);
  for (let missing = resources; missing.length > 0;) {
    const left = missing.filter(({ id, inputs }) => {
      const parent = paths.get(inputs.parentId as string);
      if (parent !== undefined) paths.set(id ?? "", `${parent}/${inputs.pathPart as string}`);
      return parent === undefined;
    });
    if (left.length === missing.length)
      throw new Error(
        `Resources of the API "${api.name}" have no parent: ${left.map(({ name }) => name).join(", ")}.`,
      );
    missing = left;
  }
  return paths;
}

function readIntegration(resource: Resource, graph: Graph): Integration {
  const { type, uri } = resource.inputs as { type: string; uri?: string };
  if (type === "AWS_PROXY" && uri) {
    const functionArn = /functions\/(.+)\/invocations$/.exec(uri)?.[1];
    if (functionArn) return { kind: "function", functionArn };
  }
  if (type === "MOCK") return mockOf(resource, graph);
  throw new Error(
    `The integration "${resource.name}" has the type ${type}; this machine knows AWS_PROXY to a function, and MOCK.`,
  );
}

function mockOf({ inputs }: Resource, graph: Graph): Integration {
  const response = ofType(graph, "aws:apigateway/integrationResponse:IntegrationResponse").find(
    (candidate) =>
      candidate.inputs.resourceId === inputs.resourceId && candidate.inputs.httpMethod === inputs.httpMethod,
  );
  const parameters = (response?.inputs.responseParameters ?? {}) as Record<string, string>;
  return {
    kind: "mock",
    status: Number(response?.inputs.statusCode ?? 200),
    headers: literalHeaders(parameters, "method.response.header."),
  };
}

export function refusalsOf(api: Resource, graph: Graph): Refusals {
  const responses = ofType(graph, "aws:apigateway/response:Response").filter(
    ({ inputs }) => inputs.restApiId === api.id,
  );
  return new Map(
    responses.map(({ inputs }) => {
      const { responseType, statusCode, responseParameters, responseTemplates } = inputs as {
        responseType: string;
        statusCode?: string;
        responseParameters?: Record<string, string>;
        responseTemplates?: Record<string, string>;
      };
      const headers = literalHeaders(responseParameters ?? {}, "gatewayresponse.header.");
      return [
        responseType,
        { status: Number(statusCode ?? 0), headers, template: responseTemplates?.["application/json"] },
      ];
    }),
  );
}

/** Values are literals in quotes: `'*'`. */
function literalHeaders(parameters: Record<string, string>, prefix: string): Record<string, string> {
  const entries = Object.entries(parameters).map(([name, value]) => [
    name.replace(prefix, "").toLowerCase(),
    value.replace(/^'|'$/g, ""),
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
