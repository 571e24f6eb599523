import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtemp, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { FunctionSpec } from "./graph.ts";

/** What SST's command line answers while a program runs: the components call it over JSON-RPC. */
export interface CliServer {
  readonly url: string;
  readonly functions: FunctionSpec[];
}

type Method = (input: unknown) => Promise<unknown>;

/** Starts the answering half of the `sst` command. It does not keep the process alive. */
export async function startCliServer(options: {
  region: string;
  accountId: string;
  work: string;
}): Promise<CliServer> {
  const functions: FunctionSpec[] = [];
  const methods: Record<string, Method> = {
    "Provider.Aws.Bootstrap": async () => bootstrap(options),
    "Provider.Aws.Appsync": async () => appsync(options.region),
    "Runtime.AddTarget": async (input) => {
      functions.push(input as FunctionSpec);
    },
    "Runtime.Build": async (input) => {
      functions.push(input as FunctionSpec);
      return emptyBundle(options.work);
    },
  };
  const server = createServer((request, response) => void answer(methods, request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, functions };
}

async function answer(methods: Record<string, Method>, request: IncomingMessage, response: ServerResponse) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method, params } = JSON.parse(Buffer.concat(chunks).toString()) as {
    method: string;
    params: [unknown];
  };
  const run = methods[method];
  const body = run
    ? { result: (await run(params[0])) ?? {}, error: null }
    : {
        result: null,
        error: `The offline synthesis does not know the call "${method}" of SST's command line.`,
      };
  // A connection that is kept alive would keep the process alive as well, for seconds after its work is done.
  response
    .writeHead(200, { "content-type": "application/json", connection: "close" })
    .end(JSON.stringify(body));
}

/** What `sst deploy` finds in the account's bootstrap parameters. */
function bootstrap({ region, accountId }: { region: string; accountId: string }) {
  return {
    asset: `sst-asset-${"offline".padEnd(12, "x")}`,
    state: `sst-state-${"offline".padEnd(12, "x")}`,
    assetEcrRegistryId: accountId,
    assetEcrUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com/sst-asset`,
    ...appsyncHosts(region),
  };
}

const appsyncHosts = (region: string) => ({
  appsyncHttp: `offline.appsync-api.${region}.amazonaws.com`,
  appsyncRealtime: `offline.appsync-realtime-api.${region}.amazonaws.com`,
});

function appsync(region: string) {
  const { appsyncHttp, appsyncRealtime } = appsyncHosts(region);
  return { http: appsyncHttp, realtime: appsyncRealtime };
}

/** The components only zip what the bundler made. A synthesis describes a function; who runs it builds it. */
async function emptyBundle(work: string) {
  const out = await mkdtemp(join(work, "bundle-"));
  await writeFile(join(out, "bundle.mjs"), "export const handler = async () => {};\n");
  return { handler: "bundle.handler", out, errors: [], sourcemaps: [] };
}
