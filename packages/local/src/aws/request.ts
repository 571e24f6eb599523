import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { Entry } from "../runner/log.ts";
import type { SignedRequest } from "./sigv4.ts";

export type Log = (entry: Entry) => void;

/** A request as it came in, before anything is known about who sent it. */
export interface AwsRequest extends SignedRequest {
  /** What the answer's headers and errors name it by. */
  readonly id: string;
  readonly method: string;
  /** As it was sent, still percent-encoded; never normalized, since `..` may be part of an S3 key. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly remoteAddress: string;
  /** The body as it was sent. A client that waits for `100 Continue` gets it when the first byte is asked for. */
  readonly raw: AsyncIterable<Buffer>;
}

/** Reads what stands before the body. `expectsContinue`: the client waits before it sends the body. */
export function readRequest(
  message: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
): AwsRequest {
  const [path = "/", ...query] = (message.url ?? "/").split("?");
  // A client that was not told to go on may still send its body; the connection is of no further use then.
  if (expectsContinue) response.shouldKeepAlive = false;
  return {
    id: requestId(),
    method: message.method ?? "GET",
    path,
    query: new URLSearchParams(query.join("?")),
    headers: message.headers,
    remoteAddress: message.socket.remoteAddress ?? "127.0.0.1",
    raw: expectsContinue ? afterContinue(message, response) : bytesOf(message),
  };
}

async function* afterContinue(message: IncomingMessage, response: ServerResponse): AsyncGenerator<Buffer> {
  response.shouldKeepAlive = true;
  response.writeContinue();
  yield* bytesOf(message);
}

/** An error must be answered, so leaving the loop early must not take the socket down. */
function bytesOf(message: IncomingMessage): AsyncIterable<Buffer> {
  return message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
}

function requestId(): string {
  return randomUUID();
}

/** S3's second id, which support asks for. */
export function extendedRequestId(): string {
  return randomBytes(48).toString("base64");
}

/** The first value of a header, or undefined. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
