import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../../runner/listen.ts";
import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import type { Emulator, Machine, Running } from "../emulator.ts";
import type { FunctionHost } from "../function/host.ts";
import { together } from "../together.ts";
import { type RequestContext, proxyEvent } from "./event.ts";
import { matchRoute } from "./match.ts";
import { type Refusals, refusalsOf, type Route, routesOf } from "./routes.ts";

const API = "aws:apigateway/restApi:RestApi";
/** API Gateway's quotas of a request's body and of an integration's time. */
const BODY_LIMIT_BYTES = 10 * 1024 * 1024;
const TIMEOUT_MS = 29_000;

/** API Gateway's REST APIs: requests become proxy events for the functions that the methods name. */
export const api: Emulator = {
  label: "the API",
  types: [
    API,
    "aws:apigateway/resource:Resource",
    "aws:apigateway/method:Method",
    "aws:apigateway/integration:Integration",
    "aws:apigateway/integrationResponse:IntegrationResponse",
    "aws:apigateway/response:Response",
    "aws:apigateway/stage:Stage",
  ],
  async start(graph, machine) {
    return together(ofType(graph, API).map((resource) => startApi(resource, graph, machine)));
  },
};

/** The origin has to be known before functions get their environment, so it is chosen first and served later. */
export async function nameApis(graph: Graph, machine: Machine): Promise<void> {
  for (const resource of ofType(graph, API)) {
    const port = await machine.ports.take(`api-${resource.name}`);
    machine.services
      .get("names")
      .add(`https://${resource.id}.execute-api.${machine.region}.amazonaws.com`, `http://127.0.0.1:${port}`);
  }
}

interface Api {
  readonly routes: readonly Route[];
  readonly refusals: Refusals;
  readonly functions: FunctionHost;
  readonly context: Omit<RequestContext, "requestId">;
}

async function startApi(resource: Resource, graph: Graph, machine: Machine): Promise<Running> {
  const stage = ofType(graph, "aws:apigateway/stage:Stage").find(
    ({ inputs }) => inputs.restApi === resource.id,
  );
  const served: Api = {
    routes: routesOf(resource, graph),
    refusals: refusalsOf(resource, graph),
    functions: machine.services.get("functions"),
    context: {
      apiId: resource.id ?? "",
      stage: (stage?.inputs.stageName as string | undefined) ?? "",
      accountId: machine.accountId,
    },
  };
  const origin =
    machine.services.get("names").originOf(`${resource.id}.execute-api.${machine.region}.amazonaws.com`) ??
    "";
  const server = createServer((request, response) => {
    handle(served, request, response).catch((error: unknown) => {
      machine.log({ level: "error", source: resource.name, message: (error as Error).message });
      refuse(served, response, "DEFAULT_5XX", 500, "Internal server error", randomUUID());
    });
  });
  const port = Number(new URL(origin).port);
  return machine.ports.bind(port, () => listen(server, port));
}

async function handle(served: Api, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const requestId = randomUUID();
  const url = new URL(request.url ?? "/", "http://localhost");
  const prefix = `/${served.context.stage}`;
  if (url.pathname !== prefix && !url.pathname.startsWith(`${prefix}/`)) {
    refuse(served, response, "MISSING_AUTHENTICATION_TOKEN", 403, "Forbidden", requestId);
    return;
  }
  const path = url.pathname.slice(prefix.length) || "/";
  const match = matchRoute(served.routes, request.method ?? "GET", path);
  if (!match) {
    refuse(served, response, "MISSING_AUTHENTICATION_TOKEN", 403, "Missing Authentication Token", requestId);
    return;
  }
  const body = await readBody(request);
  if (!body) {
    refuse(served, response, "REQUEST_TOO_LARGE", 413, "Request Entity Too Large", requestId);
    return;
  }
  const { integration } = match.route;
  if (integration.kind === "mock") {
    response.writeHead(integration.status, integration.headers).end();
    return;
  }
  const event = proxyEvent(request, path, url.searchParams, body, match, { ...served.context, requestId });
  await answer(served, integration.functionArn, JSON.stringify(event), response, requestId);
}

/** The whole body, or undefined for one that API Gateway would refuse. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > BODY_LIMIT_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

interface ProxyResult {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly multiValueHeaders?: Readonly<Record<string, readonly (string | number | boolean)[]>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

async function answer(
  served: Api,
  functionArn: string,
  event: string,
  response: ServerResponse,
  requestId: string,
): Promise<void> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const outcome = await served.functions.invoke(functionArn, event, { signal: timeout });
  if (timeout.aborted) {
    refuse(served, response, "INTEGRATION_TIMEOUT", 504, "Endpoint request timed out", requestId);
    return;
  }
  const result = outcome.ok ? (JSON.parse(outcome.payload) as ProxyResult | null) : undefined;
  if (typeof result?.statusCode !== "number") {
    refuse(served, response, "INTEGRATION_FAILURE", 502, "Internal server error", requestId);
    return;
  }
  response.statusCode = result.statusCode;
  response.setHeader("x-amzn-requestid", requestId);
  for (const [name, value] of Object.entries(result.headers ?? {})) response.setHeader(name, String(value));
  for (const [name, values] of Object.entries(result.multiValueHeaders ?? {}))
    response.setHeader(name, values.map(String));
  response.end(Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8"));
}

/** An answer of the gateway itself: the declared one for its type, or API Gateway's own. */
function refuse(
  { refusals }: Api,
  response: ServerResponse,
  type: string,
  status: number,
  message: string,
  requestId: string,
): void {
  const declared = refusals.get(type) ?? refusals.get(status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX");
  const body =
    declared?.template
      ?.replaceAll("$context.requestId", requestId)
      .replaceAll("$context.error.messageString", JSON.stringify(message)) ?? JSON.stringify({ message });
  const headers = { "content-type": "application/json", "x-amzn-requestid": requestId, ...declared?.headers };
  // The status of a general answer is the one of the refusal itself.
  response.writeHead((declared?.status ?? 0) || status, headers).end(body);
}
