import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEvent } from "aws-lambda";
import type { Match } from "./match.ts";

export interface RequestContext {
  readonly apiId: string;
  readonly stage: string;
  readonly accountId: string;
  readonly requestId: string;
}

/** The event of a REST API's Lambda proxy integration (payload version 1.0), from a request. `path` is without the stage. */
export function proxyEvent(
  request: IncomingMessage,
  path: string,
  query: URLSearchParams,
  body: Buffer,
  match: Match,
  context: RequestContext,
): APIGatewayProxyEvent {
  const { headers, multiValueHeaders } = headersOf(request);
  const parameters = [...new Set(query.keys())];
  const sourceIp = request.socket.remoteAddress?.replace(/^::ffff:/, "") ?? "127.0.0.1";
  const now = new Date();
  return {
    resource: match.route.path,
    path,
    httpMethod: request.method ?? "GET",
    headers,
    multiValueHeaders,
    queryStringParameters:
      parameters.length > 0
        ? Object.fromEntries(parameters.map((name) => [name, query.getAll(name).at(-1)]))
        : null,
    multiValueQueryStringParameters:
      parameters.length > 0 ? Object.fromEntries(parameters.map((name) => [name, query.getAll(name)])) : null,
    pathParameters: match.pathParameters,
    stageVariables: null,
    requestContext: {
      resourceId: "local",
      resourcePath: match.route.path,
      httpMethod: request.method ?? "GET",
      path: `/${context.stage}${path}`,
      protocol: `HTTP/${request.httpVersion}`,
      domainName: request.headers.host ?? "",
      requestTime: now.toUTCString(),
      requestTimeEpoch: now.getTime(),
      extendedRequestId: randomUUID(),
      authorizer: null,
      identity: identityOf(sourceIp, request.headers["user-agent"] ?? null),
      ...context,
    },
    // No binary media types are declared: a body is text.
    body: body.length > 0 ? body.toString("utf8") : null,
    isBase64Encoded: false,
  };
}

/** Headers as they were sent, names in their own spelling, the last value of each and all values of each. */
function headersOf(request: IncomingMessage) {
  const headers: Record<string, string> = {};
  const multiValueHeaders: Record<string, string[]> = {};
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? "";
    const value = request.rawHeaders[index + 1] ?? "";
    headers[name] = value;
    (multiValueHeaders[name] ??= []).push(value);
  }
  return { headers, multiValueHeaders };
}

function identityOf(
  sourceIp: string,
  userAgent: string | null,
): APIGatewayProxyEvent["requestContext"]["identity"] {
  return {
    sourceIp,
    userAgent,
    accessKey: null,
    accountId: null,
    apiKey: null,
    apiKeyId: null,
    caller: null,
    clientCert: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: null,
    user: null,
    userArn: null,
  };
}
