import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import type { Signed } from "./authenticate.ts";
import { decodeChunked } from "./chunked.ts";
import { AwsError } from "./service.ts";
import { scopeOf, signingKey } from "./sigv4.ts";

/** The body of a request, decoded. It is verified as it is read, so nothing may be kept of it before its end was reached. */
export interface Body {
  readonly stream: AsyncIterable<Buffer>;
  /** Trailing headers, lower case; complete when the stream has ended. */
  readonly trailers: ReadonlyMap<string, string>;
  /** Its decoded size in bytes, where the client said it. */
  readonly sizeBytes: number | undefined;
}

export const UNSIGNED = "UNSIGNED-PAYLOAD";
const STREAMING = /^STREAMING-(UNSIGNED|AWS4-HMAC-SHA256)-PAYLOAD(-TRAILER)?$/;

/**
 * Decodes the body of a request by what its `x-amz-content-sha256` says about it: a hash, nothing, or a chunked form.
 * @param signed what the chunks' signatures continue; undefined for an anonymous request.
 */
export function openBody(
  raw: AsyncIterable<Buffer>,
  headers: IncomingHttpHeaders,
  contentSha256: string,
  signed: Signed | undefined,
): Body {
  const trailers = new Map<string, string>();
  const form = STREAMING.exec(contentSha256);
  if (form) {
    const signer = form[1] === "UNSIGNED" ? undefined : chunkSigner(signed);
    const sizeBytes = sizeHeader(headers, "x-amz-decoded-content-length");
    return { stream: checkSize(decodeChunked(raw, { signer, trailers }), sizeBytes), trailers, sizeBytes };
  }
  const sizeBytes = sizeHeader(headers, "content-length");
  if (contentSha256 === UNSIGNED) return { stream: raw, trailers, sizeBytes };
  if (/^[0-9a-f]{64}$/i.test(contentSha256)) {
    return { stream: checkSha256(raw, contentSha256.toLowerCase()), trailers, sizeBytes };
  }
  throw new AwsError(
    "InvalidRequest",
    `x-amz-content-sha256 must be ${UNSIGNED}, a STREAMING-… form of SigV4, or a SHA-256 in hex; it is "${contentSha256}".`,
  );
}

function chunkSigner(signed: Signed | undefined) {
  if (!signed)
    throw new AwsError("AccessDenied", "Anonymous requests cannot have signed chunks.", { statusCode: 403 });
  const { authorization, secretAccessKey } = signed;
  const key = signingKey(secretAccessKey, authorization);
  return { key, date: authorization.date, scope: scopeOf(authorization), seed: authorization.signature };
}

function sizeHeader(headers: IncomingHttpHeaders, name: string): number | undefined {
  const value = headers[name];
  return typeof value === "string" && /^\d+$/.test(value) ? Number(value) : undefined;
}

async function* checkSize(
  source: AsyncIterable<Buffer>,
  sizeBytes: number | undefined,
): AsyncGenerator<Buffer> {
  let received = 0;
  for await (const chunk of source) {
    received += chunk.length;
    yield chunk;
  }
  if (sizeBytes === undefined || received === sizeBytes) return;
  throw new AwsError(
    "IncompleteBody",
    `The body has ${received} bytes, and x-amz-decoded-content-length says ${sizeBytes}.`,
  );
}

async function* checkSha256(source: AsyncIterable<Buffer>, expected: string): AsyncGenerator<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of source) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") === expected) return;
  throw new AwsError(
    "XAmzContentSHA256Mismatch",
    "The provided 'x-amz-content-sha256' header does not match what was computed.",
  );
}

/** Reads a whole small body. Throws `RequestEntityTooLarge` beyond the limit. */
export async function readAll(stream: AsyncIterable<Buffer>, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of stream) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) {
      throw new AwsError("RequestEntityTooLarge", `The request body exceeds ${maxBytes} bytes.`, {
        statusCode: 413,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
