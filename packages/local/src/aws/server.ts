import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { authorizationOf, type Dialect, type Signed, verify } from "./authenticate.ts";
import { type Body, openBody, UNSIGNED } from "./body.ts";
import { type Clock, systemClock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import { answer, type Endpoint, type Handler } from "./protocol/answer.ts";
import { failJson, jsonHandler, unknownOperation } from "./protocol/json.ts";
import { type FunctionRunner, lambdaHandler } from "./protocol/lambda.ts";
import { queryHandler } from "./protocol/query.ts";
import { type AwsRequest, headerOf, type Log, readRequest } from "./request.ts";
import { AwsError, type Authorize, type JsonService, type QueryService } from "./service.ts";

/** An S3 request. S3 itself asks who sent it, since its refusals carry CORS headers as its answers do. */
export interface S3Request extends AwsRequest {
  /** Checks the signature. Throws an {@link AwsError}. */
  authenticate(): Signed | undefined;
  /** Opens the body once the signature was checked. */
  open(signed: Signed | undefined): Body;
  /** Finds the secret of a key and checks the time, for signatures that stand in a form. */
  readonly verifier: Endpoint;
}

export interface S3Handler {
  handle(request: S3Request, response: ServerResponse): Promise<void>;
}

export interface AwsServerOptions {
  /** 0 lets the machine choose. */
  readonly port: number;
  readonly host?: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  readonly log: Log;
  readonly services: {
    readonly s3?: S3Handler;
    readonly sns?: QueryService;
    readonly lambda?: FunctionRunner;
    readonly json: readonly JsonService[];
  };
  /** Called before each operation. Everything is allowed without it. */
  readonly authorize?: Authorize;
  readonly clock?: Clock;
}

export interface AwsServer {
  readonly url: string;
  /** Accepts nothing more, gives running requests two seconds, then cuts them off. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 2000;
/** Longer than any client keeps an idle connection, so that none is cut while a request is on its way. */
const KEEP_ALIVE_MS = 75_000;

/** Starts the one HTTP endpoint of all services. Rejects when the port is taken. */
export async function startAwsServer(options: AwsServerOptions): Promise<AwsServer> {
  const dispatch = createDispatcher(options);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
  const connections = trackConnections(server);
  const listen = (expectsContinue: boolean) => (message: IncomingMessage, response: ServerResponse) => {
    connections.occupy(response);
    void dispatch(message, response, expectsContinue);
  };
  server.on("request", listen(false)).on("checkContinue", listen(true));
  const host = options.host ?? "127.0.0.1";
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, close: () => close(server, connections) };
}

async function close(server: Server, connections: ReturnType<typeof trackConnections>): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  connections.endIdle();
  const cut = setTimeout(() => {
    server.closeAllConnections();
  }, CLOSE_GRACE_MS);
  await closed;
  clearTimeout(cut);
}

/** Knows which connections serve a request. Node's own list does not count one that never sent any. */
function trackConnections(server: Server) {
  const idle = new Set<Socket>();
  let isEnding = false;
  server.on("connection", (socket: Socket) => {
    idle.add(socket);
    socket.once("close", () => idle.delete(socket));
  });
  return {
    occupy(response: ServerResponse) {
      const { socket } = response;
      if (!socket) return;
      idle.delete(socket);
      response.once("close", () => {
        if (isEnding) socket.destroySoon();
        else if (!socket.destroyed) idle.add(socket);
      });
    },
    endIdle() {
      isEnding = true;
      for (const socket of idle) socket.destroy();
    },
  };
}

type Dispatch = (
  message: IncomingMessage,
  response: ServerResponse,
  expectsContinue: boolean,
) => Promise<void>;

function createDispatcher(options: AwsServerOptions): Dispatch {
  const { services, region, accountId, credentials, log } = options;
  const endpoint: Endpoint = {
    region,
    accountId,
    credentials,
    log,
    clock: options.clock ?? systemClock,
    authorize: options.authorize ?? (() => undefined),
  };
  const handlers = createHandlers(services, endpoint);
  return async (message, response, expectsContinue) => {
    const request = readRequest(message, response, expectsContinue);
    try {
      await route(request, response, services, handlers, endpoint);
    } catch (error) {
      // The answer had begun; all that can be said about it is that it ends here.
      log({
        level: "warn",
        source: "aws",
        message: `${request.method} ${request.path} was cut off: ${String(error)}`,
      });
      response.destroy();
    }
    // What was not read of the body is still on its way and must not be taken for the next request.
    message.resume();
  };
}

function createHandlers(services: AwsServerOptions["services"], endpoint: Endpoint): Map<string, Handler> {
  const { authorize } = endpoint;
  const handlers = new Map<string, Handler>();
  for (const service of services.json) {
    // By the name in a signature, and by what an unsigned request still tells.
    for (const name of [service.name, service.targetPrefix])
      handlers.set(name, jsonHandler(service, authorize));
  }
  if (services.sns) handlers.set(services.sns.name, queryHandler(services.sns, authorize));
  if (services.lambda) handlers.set("lambda", lambdaHandler(services.lambda, endpoint));
  return handlers;
}

async function route(
  request: AwsRequest,
  response: ServerResponse,
  { s3, sns }: AwsServerOptions["services"],
  handlers: ReadonlyMap<string, Handler>,
  endpoint: Endpoint,
): Promise<void> {
  const service = serviceOf(request);
  const handler = handlers.get(service);
  if (handler) return answer(handler, request, response, endpoint);
  if (service !== "s3" || !s3) return answer(nobody(service), request, response, endpoint);
  const file = request.method === "GET" ? await sns?.file(request.path) : undefined;
  if (file) {
    response.writeHead(200, { "content-type": file.contentType }).end(file.content);
    return;
  }
  await s3.handle(s3Request(request, endpoint), response);
}

/** The service that the signature names; an unsigned request shows it by its form. */
function serviceOf(request: AwsRequest): string {
  const dialect = dialectOf(request);
  try {
    const authorization = authorizationOf(request, dialect);
    if (authorization) return authorization.service;
  } catch (error) {
    // The service itself answers it, in its own words.
    if (!(error instanceof AwsError)) throw error;
  }
  const target = headerOf(request.headers, "x-amz-target") ?? "";
  return { s3: "s3", query: "sns", json: target.slice(0, target.lastIndexOf(".")) }[dialect];
}

function dialectOf(request: AwsRequest): Dialect {
  if (request.headers["x-amz-target"] !== undefined) return "json";
  const isForm = (request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded");
  return request.path === "/" && (isForm || request.query.has("Action")) ? "query" : "s3";
}

/** Answers for a service that has no stand-in. */
function nobody(service: string): Handler {
  return {
    dialect: "json",
    allowsAnonymous: () => true,
    run: async (request) => {
      throw unknownOperation(
        service,
        headerOf(request.headers, "x-amz-target") ?? `${request.method} ${request.path}`,
      );
    },
    fail: (_request, error) => failJson(error, { "content-type": "application/json" }),
  };
}

function s3Request(request: AwsRequest, endpoint: Endpoint): S3Request {
  const contentSha256 = () =>
    headerOf(request.headers, "x-amz-content-sha256") ??
    request.query.get("X-Amz-Content-Sha256") ??
    undefined;
  return {
    ...request,
    verifier: endpoint,
    authenticate() {
      const authorization = authorizationOf(request, "s3");
      if (!authorization) return undefined;
      const hash = contentSha256() ?? (authorization.source === "query" ? UNSIGNED : missingHash());
      return verify(request, authorization, hash, "s3", endpoint);
    },
    open: (signed) => openBody(request.raw, request.headers, contentSha256() ?? UNSIGNED, signed),
  };
}

function missingHash(): never {
  throw new AwsError("InvalidRequest", "Missing required header for this request: x-amz-content-sha256");
}
