import type { ServerResponse } from "node:http";
import type { Dialect, Verifier } from "../authenticate.ts";
import { authorizationOf, verify } from "../authenticate.ts";
import { readAll } from "../body.ts";
import type { AwsRequest, Log } from "../request.ts";
import { AwsError, type Authorize, type Caller } from "../service.ts";
import { sha256 } from "../sigv4.ts";

/** What the endpoint gives each protocol. */
export interface Endpoint extends Verifier {
  readonly accountId: string;
  readonly log: Log;
  readonly authorize: Authorize;
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A service with small requests and answers, behind its protocol. */
export interface Handler {
  readonly dialect: Exclude<Dialect, "s3">;
  /** Operations that may come unsigned. */
  allowsAnonymous(request: AwsRequest, body: Buffer): boolean;
  run(request: AwsRequest, body: Buffer, caller: Caller | undefined): Promise<Answer>;
  fail(request: AwsRequest, error: AwsError): Answer;
}

/** The largest request of these services: a synchronous invocation of a function takes 6 MB. */
const MAX_BODY_BYTES = 7 * 1024 * 1024;

/** Authenticates, runs and answers one request. */
export async function answer(
  handler: Handler,
  request: AwsRequest,
  response: ServerResponse,
  endpoint: Endpoint,
): Promise<void> {
  try {
    const body = await readAll(request.raw, MAX_BODY_BYTES);
    const caller = authenticate(handler, request, body, endpoint);
    send(request, response, await handler.run(request, body, caller));
  } catch (error) {
    if (response.headersSent) throw error;
    send(request, response, handler.fail(request, toAwsError(error, request, endpoint.log)));
  }
}

function authenticate(
  handler: Handler,
  request: AwsRequest,
  body: Buffer,
  endpoint: Endpoint,
): Caller | undefined {
  const authorization = authorizationOf(request, handler.dialect);
  if (authorization) return verify(request, authorization, sha256(body), handler.dialect, endpoint).caller;
  if (handler.allowsAnonymous(request, body)) return undefined;
  const code =
    handler.dialect === "json" ? "MissingAuthenticationTokenException" : "MissingAuthenticationToken";
  throw new AwsError(code, "Request is missing Authentication Token", { statusCode: 403 });
}

function send(request: AwsRequest, response: ServerResponse, { statusCode, headers, body }: Answer): void {
  response.writeHead(statusCode, {
    "x-amzn-requestid": request.id,
    "content-length": Buffer.byteLength(body),
    ...headers,
  });
  response.end(body);
}

/** An unexpected error is logged in full and answered as AWS's own fault, which the SDK tries again. */
export function toAwsError(error: unknown, request: AwsRequest, log: Log): AwsError {
  if (error instanceof AwsError) {
    if (error.statusCode === 501) log({ level: "warn", source: "aws", message: error.message });
    return error;
  }
  const message = `${request.method} ${request.path} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  log({ level: "error", source: "aws", message, requestId: request.id });
  return new AwsError("InternalFailure", "The local endpoint failed; its log has the reason.", {
    statusCode: 500,
    cause: error,
  });
}
