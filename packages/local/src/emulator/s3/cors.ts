import { S3Error } from "./error.ts";
import type { ReplyHeaders } from "./reply.ts";
import type { CorsRule } from "./types.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html */

export interface CorsRequest {
  readonly origin: string;
  readonly method: string;
  /** What a preflight asks for, lower case. */
  readonly headers: readonly string[];
}

/** Headers that let a browser's script see the answer; none when no rule allows it. */
export function corsHeaders(
  rules: readonly CorsRule[] | undefined,
  request: CorsRequest,
): ReplyHeaders | undefined {
  const rule = rules?.find((candidate) => allows(candidate, request));
  if (!rule) return undefined;
  // A rule for everyone answers "*"; one that names origins answers the origin and lets scripts send credentials.
  const isPublic = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": isPublic ? "*" : request.origin,
    "access-control-allow-credentials": isPublic ? undefined : "true",
    "access-control-allow-methods": rule.allowedMethods.join(", "),
    "access-control-expose-headers": rule.exposeHeaders?.length ? rule.exposeHeaders.join(", ") : undefined,
    "access-control-max-age": rule.maxAgeSeconds,
    vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
  };
}

/** The answer to a preflight. Throws AccessForbidden when no rule allows what it asks for. */
export function preflightHeaders(rules: readonly CorsRule[] | undefined, request: CorsRequest): ReplyHeaders {
  const headers = corsHeaders(rules, request);
  if (!headers) throw new S3Error("AccessForbidden", { Method: request.method, ResourceType: "OBJECT" });
  return {
    ...headers,
    "access-control-allow-headers": request.headers.length > 0 ? request.headers.join(", ") : undefined,
  };
}

function allows(rule: CorsRule, { origin, method, headers }: CorsRequest): boolean {
  return (
    rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
    rule.allowedMethods.includes(method) &&
    headers.every((header) => rule.allowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), header)))
  );
}

/** A pattern has at most one `*`. */
function matches(pattern: string, text: string): boolean {
  const [start = "", end] = pattern.split("*");
  if (end === undefined) return pattern === text;
  return text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end);
}
