import { Sha256 } from "@aws-crypto/sha256-js";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { type IncomingMessage, request as httpRequest, type ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { Machine } from "../emulator.ts";

/** Headers that belong to one connection, and those that the origin must not see as the viewer sent them. */
const NOT_FORWARDED = new Set([
  "host",
  "connection",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
  "te",
  "trailer",
  "proxy-authorization",
  "expect",
]);
const VIEWER_GONE = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_UNABLE_TO_PIPE"]);
const TO_S3 = ["range", "if-match", "if-none-match", "if-modified-since", "if-unmodified-since", "origin"];

export interface Target {
  readonly origin: URL;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** A request to an HTTP origin: everything but the host is passed on. */
export function httpTarget(
  origin: string,
  path: string,
  headers: Readonly<Record<string, { value: string }>>,
): Target {
  const kept = Object.entries(headers).filter(([name]) => !NOT_FORWARDED.has(name));
  return {
    origin: new URL(origin),
    path,
    headers: Object.fromEntries(kept.map(([name, { value }]) => [name, value])),
  };
}

/** A request to a bucket, signed for a distribution as origin access control does: the bucket's policy says what it may. */
export async function bucketTarget(
  distributionArn: string,
  bucket: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, { value: string }>>,
  machine: Machine,
): Promise<Target> {
  const origin = new URL(machine.endpointUrl);
  const kept = TO_S3.flatMap((name) => (headers[name] ? [[name, headers[name].value]] : []));
  const signer = new SignatureV4({
    service: "s3",
    region: machine.region,
    credentials: machine.credentials.issue(distributionArn),
    sha256: Sha256,
    uriEscapePath: false,
  });
  const target = `/${bucket}${path}`;
  const unsigned = new HttpRequest({
    method,
    protocol: "http:",
    hostname: origin.hostname,
    port: Number(origin.port),
    path: target,
    headers: {
      host: origin.host,
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      ...(Object.fromEntries(kept) as Record<string, string>),
    },
  });
  const signed = await signer.sign(unsigned);
  return { origin, path: target, headers: signed.headers };
}

/** Passes the viewer's request on and the origin's answer back, without holding either in memory. */
export async function forward(
  target: Target,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { hostname, port } = target.origin;
  const outgoing = httpRequest({
    hostname,
    port,
    path: target.path,
    method: request.method,
    headers: { ...target.headers },
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    outgoing.once("response", resolve);
    outgoing.once("error", reject);
  });
  const sent = pipeline(request, outgoing).catch(() => undefined); // an origin may answer before it has read everything
  const answer = await answered;
  const headers = Object.entries(answer.headers).filter(
    ([name]) =>
      !["connection", "keep-alive", "transfer-encoding"].includes(name) && !name.startsWith("x-amz-id"),
  );
  response.writeHead(answer.statusCode ?? 502, {
    ...(Object.fromEntries(headers) as Record<string, string>),
    "x-cache": "Miss from local",
  });
  await pipeline(answer, response).catch((error: unknown) => {
    // The viewer went away, before the answer or in the middle of it: seeking players do that all the time.
    if (!VIEWER_GONE.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  });
  await sent;
}
