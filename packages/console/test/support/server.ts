import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".jpg": "image/jpeg",
  ".m3u8": "application/vnd.apple.mpegurl",
  ".m4s": "video/iso.segment",
  ".mp4": "video/mp4",
};

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Starts a server on a free port. A handler that throws answers 500, so that a test sees it. */
export async function serve(
  handle: (request: IncomingMessage) => Promise<Answer | Buffer[]>,
  port = 0,
): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request).then(
      (answer) => {
        if (Array.isArray(answer)) response.writeHead(200).end(Buffer.concat(answer));
        else send(response, answer);
      },
      (error: unknown) => {
        send(response, { status: 500, body: { detail: String(error) } });
      },
    );
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return server;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Stops a server and everything that is still connected to it. */
export async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
}

function send(response: ServerResponse, { status, body, headers = {} }: Answer): void {
  if (Buffer.isBuffer(body)) {
    response.writeHead(status, headers).end(body);
    return;
  }
  const type = status >= 400 ? "application/problem+json" : "application/json";
  response.writeHead(status, { "content-type": type, "cache-control": "no-store", ...headers });
  response.end(body === undefined ? "" : JSON.stringify(body));
}

/** A file of a folder, or 404. */
export async function fileOf(folder: string, path: string): Promise<Answer> {
  const name = join(folder, normalize(`/${path}`));
  try {
    const headers = { "content-type": TYPES[extname(name)] ?? "application/octet-stream" };
    return { status: 200, body: await readFile(name), headers };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { status: 404, body: { detail: "No such file." } };
  }
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
