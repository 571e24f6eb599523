import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { createScope, getCanonicalHeaders, getCanonicalQuery } from "@smithy/signature-v4";

/**
 * Signature Version 4, seen from the side that checks it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

export const ALGORITHM = "AWS4-HMAC-SHA256";

/** What a request says about how it was signed. */
export interface Authorization {
  readonly source: "header" | "query";
  readonly accessKeyId: string;
  /** `yyyymmdd`, the day of the signing key. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `yyyymmddThhmmssZ`. */
  readonly date: string;
  /** How long a presigned URL is good for; undefined in a header. */
  readonly expiresSeconds: number | undefined;
}

export interface SignedRequest {
  readonly method: string;
  /** As it was sent, still percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** The request carries a signature that cannot be read. */
export class MalformedAuthorizationError extends Error {
  override readonly name = "MalformedAuthorizationError";
}

/** Reads the Authorization header or the query of a presigned URL; undefined when the request is not signed at all. */
export function readAuthorization(request: Omit<SignedRequest, "path">): Authorization | undefined {
  if (request.headers.authorization !== undefined) return fromHeader(request.headers);
  if (request.query.has("X-Amz-Signature") || request.query.has("X-Amz-Algorithm"))
    return fromQuery(request.query);
  return undefined;
}

function fromHeader(headers: IncomingHttpHeaders): Authorization {
  const [algorithm, rest] = splitOnce(headers.authorization ?? "", " ");
  if (algorithm !== ALGORITHM)
    throw malformed(`the authorization type "${algorithm}" is not supported, only ${ALGORITHM} is`);
  const fields = new Map(rest.split(",").map((field) => splitOnce(field.trim(), "=")));
  const date = headers["x-amz-date"] ?? compactDate(headers.date);
  return {
    source: "header",
    ...readCredential(fields.get("Credential")),
    signedHeaders: readHeaderList(fields.get("SignedHeaders")),
    signature: fields.get("Signature") ?? missing("Signature"),
    date: typeof date === "string" ? date : missing("X-Amz-Date"),
    expiresSeconds: undefined,
  };
}

function fromQuery(query: URLSearchParams): Authorization {
  const field = (name: string) => query.get(name) ?? missing(name);
  if (field("X-Amz-Algorithm") !== ALGORITHM) throw malformed(`X-Amz-Algorithm only supports "${ALGORITHM}"`);
  const expires = field("X-Amz-Expires");
  if (!/^\d+$/.test(expires)) throw malformed("X-Amz-Expires should be a number");
  return {
    source: "query",
    ...readCredential(field("X-Amz-Credential")),
    signedHeaders: readHeaderList(field("X-Amz-SignedHeaders")),
    signature: field("X-Amz-Signature"),
    date: field("X-Amz-Date"),
    expiresSeconds: Number(expires),
  };
}

/** Splits `KEY/day/region/service/aws4_request`. */
export function readCredential(text: string | undefined) {
  const [accessKeyId, day, region, service, end, ...more] = (text ?? missing("Credential")).split("/");
  if (!accessKeyId || !day || !region || !service || end !== "aws4_request" || more.length > 0) {
    throw malformed(
      "the Credential is mal-formed; expecting <ACCESS_KEY>/YYYYMMDD/REGION/SERVICE/aws4_request",
    );
  }
  return { accessKeyId, day, region, service };
}

function readHeaderList(text: string | undefined): string[] {
  const names = (text ?? missing("SignedHeaders")).toLowerCase().split(";");
  if (!names.includes("host")) throw malformed("the header 'host' must be among the SignedHeaders");
  return names;
}

/** The signature that the holder of the secret would have put on this request. */
export function expectedSignature(
  request: SignedRequest,
  authorization: Authorization,
  secretAccessKey: string,
  payloadHash: string,
): string {
  const canonical = sha256(canonicalRequest(request, authorization, payloadHash));
  const text = [ALGORITHM, authorization.date, scopeOf(authorization), canonical].join("\n");
  return sign(signingKey(secretAccessKey, authorization), text);
}

function canonicalRequest(request: SignedRequest, authorization: Authorization, payloadHash: string): string {
  const signed = new Set(authorization.signedHeaders);
  const sent = Object.entries(request.headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(",") : value,
  ]);
  const headers = Object.fromEntries(sent.filter(([name]) => signed.has(name ?? ""))) as Record<
    string,
    string
  >;
  const canonical = getCanonicalHeaders(
    { headers } as Parameters<typeof getCanonicalHeaders>[0],
    undefined,
    signed,
  );
  const names = Object.keys(canonical).sort();
  const query = Object.fromEntries([...request.query.keys()].map((key) => [key, request.query.getAll(key)]));
  return [
    request.method,
    canonicalPath(request.path, authorization.service),
    getCanonicalQuery({ query } as unknown as Parameters<typeof getCanonicalQuery>[0]),
    ...names.map((name) => `${name}:${canonical[name] ?? ""}`),
    "",
    authorization.signedHeaders.join(";"),
    payloadHash,
  ].join("\n");
}

/** S3 signs a path as it is sent; every other service signs it normalized and encoded once more. */
function canonicalPath(path: string, service: string): string {
  if (service === "s3") return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(encodeStrictly(segment));
  }
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function scopeOf({ day, region, service }: Pick<Authorization, "day" | "region" | "service">): string {
  return createScope(day, region, service);
}

/** The key of one day, region and service. */
export function signingKey(
  secretAccessKey: string,
  { day, region, service }: Pick<Authorization, "day" | "region" | "service">,
): Buffer {
  const hmac = (key: Buffer | string, text: string) => createHmac("sha256", key).update(text).digest();
  return [region, service, "aws4_request"].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day));
}

export function sign(key: Buffer, text: string): string {
  return createHmac("sha256", key).update(text).digest("hex");
}

export function sha256(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Compares in a time that does not depend on where two signatures differ. */
export function sameSignature(expected: string, actual: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(actual)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** `yyyymmddThhmmssZ` in milliseconds since the epoch; NaN when it is none. */
export function readDate(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));
}

function compactDate(date: string | undefined): string | undefined {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? undefined : new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, "");
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
}

function missing(field: string): never {
  throw malformed(`it has no ${field}`);
}

function malformed(reason: string): MalformedAuthorizationError {
  return new MalformedAuthorizationError(`The authorization of the request is malformed: ${reason}.`);
}
