import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { SNSClient } from "@aws-sdk/client-sns";
import getPort from "get-port";
import { openSns, type Sns, type SnsOptions } from "../../src/emulator/sns/sns.ts";
import {
  ACCOUNT,
  collectLog,
  type Endpoint,
  REGION,
  startEndpoint,
  temporaryFolder,
} from "../aws/endpoint.ts";

export const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT}:news`;
export const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`;

export interface Rig {
  readonly sns: Sns;
  readonly client: SNSClient;
  readonly endpoint: Endpoint;
  readonly folder: string;
  readonly entries: readonly { readonly level: string; readonly message: string }[];
  /** Events that functions got. */
  readonly invoked: { readonly arn: string; readonly event: Record<string, unknown> }[];
  [Symbol.asyncDispose](): Promise<void>;
}

/** A topic behind the endpoint, and the SDK's client for it. */
export async function startTopic(options: Partial<SnsOptions> = {}): Promise<Rig> {
  const folder = await temporaryFolder();
  const { log, entries } = collectLog();
  const invoked: Rig["invoked"] = [];
  // Links in messages name the endpoint, so its port is known before it is there.
  const port = await getPort({ host: "127.0.0.1" });
  const sns = await openSns({
    dir: folder.path,
    region: REGION,
    accountId: ACCOUNT,
    log,
    endpointUrl: `http://127.0.0.1:${port}`,
    invokeFunction: async (arn, payload) =>
      void invoked.push({ arn, event: JSON.parse(payload) as Record<string, unknown> }),
    ...options,
  });
  sns.putTopic({ arn: TOPIC });
  await sns.resume();
  const s3 = { handle: async (_: unknown, response: ServerResponse) => void response.writeHead(404).end() };
  const endpoint = await startEndpoint({ port, services: { json: [], sns: sns.service, s3 } });
  const client = new SNSClient(endpoint.config);
  return {
    sns,
    client,
    endpoint,
    folder: folder.path,
    entries,
    invoked,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await endpoint.close();
      await sns.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP endpoint that subscribes. `answer` decides each request's status. */
export async function startSubscriber(answer: (received: Received) => number = () => 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const item = { headers: request.headers, body: Buffer.concat(chunks).toString() };
      received.push(item);
      response.writeHead(answer(item)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}/hook`, received, [Symbol.asyncDispose]: close };
}
