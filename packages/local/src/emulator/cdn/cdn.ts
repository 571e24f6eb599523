import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "../../runner/listen.ts";
import { type Graph, ofType, type Resource } from "../../synth/graph.ts";
import type { Emulator, Machine, Running } from "../emulator.ts";
import { together } from "../together.ts";
import { type Router, routerOf } from "./distribution.ts";
import type { EdgeResponse } from "./edge-function.ts";
import { bucketTarget, forward, httpTarget } from "./forward.ts";
import { dynamicResources, keyValuesOf } from "./key-values.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const DEFAULT_PORT = 3000;

/** CloudFront: each distribution an HTTP server that runs the app's own edge functions and asks the origins. */
export const cdn: Emulator = {
  label: "the web server",
  types: [
    DISTRIBUTION,
    "aws:cloudfront/function:Function",
    "aws:cloudfront/keyValueStore:KeyValueStore",
    "pulumi-nodejs:dynamic:Resource",
  ],
  async start(graph, machine) {
    await uploadFiles(graph, machine);
    const values = keyValuesOf(graph);
    return together(
      ofType(graph, DISTRIBUTION).map((resource) =>
        serve(resource, routerOf(resource, graph, values), machine),
      ),
    );
  },
};

/** The first distribution is the app's own address: it gets the port that was asked for. */
export async function nameDistributions(graph: Graph, machine: Machine): Promise<void> {
  for (const [index, { name, outputs }] of ofType(graph, DISTRIBUTION).entries()) {
    const purpose = `cdn-${name}`;
    const first = index === 0;
    const port =
      first && machine.port !== undefined
        ? await machine.ports.claim(purpose, machine.port)
        : await machine.ports.take(purpose, first ? DEFAULT_PORT : undefined);
    machine.services.get("names").add(`https://${outputs.domainName as string}`, `http://localhost:${port}`);
  }
}

/** Static sites: the files that a deployment would upload. */
async function uploadFiles(graph: Graph, machine: Machine): Promise<void> {
  const s3 = machine.services.get("s3");
  for (const { inputs } of dynamicResources(graph, "BucketFiles")) {
    const { bucketName, files } = inputs as {
      bucketName: string;
      files: readonly { source: string; key: string; cacheControl?: string; contentType: string }[];
    };
    for (const { source, key, cacheControl, contentType } of files) {
      await s3.putObject({
        bucket: bucketName,
        key,
        body: await readFile(source),
        contentType,
        ...(cacheControl && { cacheControl }),
      });
    }
  }
}

function serve(resource: Resource, router: Router, machine: Machine): Promise<Running> {
  const origin = machine.services.get("names").originOf(resource.outputs.domainName as string) ?? "";
  const server = createServer((request, response) => {
    handle(resource.outputs.arn as string, router, request, response, machine).catch((error: unknown) => {
      machine.log({
        level: "error",
        source: resource.name,
        message: `${request.method} ${request.url}: ${(error as Error).message}`,
      });
      if (response.headersSent) response.destroy();
      else
        response
          .writeHead(502, { "content-type": "text/plain" })
          .end("The origin of this distribution cannot be reached.\n");
    });
  });
  const port = Number(new URL(origin).port);
  return machine.ports.bind(port, () => listen(server, port));
}

async function handle(
  distributionArn: string,
  router: Router,
  request: IncomingMessage,
  response: ServerResponse,
  machine: Machine,
): Promise<void> {
  const decision = await router(request);
  if (decision.kind === "refuse") {
    response.writeHead(decision.status, { "content-type": "text/plain" }).end(`${decision.message}\n`);
    return;
  }
  const { routed, origin } = decision;
  if (routed.kind === "response") {
    respond(routed.response, response);
    return;
  }
  const { uri, headers } = routed.request;
  const search = new URL(request.url ?? "/", "http://localhost").search;
  const bucket = /^(.+)\.s3(?:\.[a-z0-9-]+)?\.amazonaws\.com$/.exec(origin.domainName)?.[1];
  const path = (origin.originPath ?? "") + uri;
  if (bucket) {
    await forward(
      await bucketTarget(distributionArn, bucket, request.method ?? "GET", path, headers, machine),
      request,
      response,
    );
    return;
  }
  const local = machine.services.get("names").originOf(origin.domainName);
  if (!local) throw new Error(`no server of this machine is ${origin.domainName}`);
  await forward(httpTarget(local, path + search, headers), request, response);
}

function respond({ statusCode, headers = {}, body = "" }: EdgeResponse, response: ServerResponse): void {
  const flat = Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]));
  const content =
    typeof body === "string"
      ? Buffer.from(body)
      : Buffer.from(body.data, body.encoding === "base64" ? "base64" : "utf8");
  response.writeHead(statusCode, flat).end(content);
}
