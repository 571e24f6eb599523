import { createHash } from "node:crypto";
import { AwsError } from "./service.ts";
import { sha256, sign } from "./sigv4.ts";

/**
 * The body form `aws-chunked`: chunks with a size line each, then trailing headers, optionally all of them signed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */

/** Signs chunk after chunk, each signature over the one before. */
export interface ChunkSigner {
  readonly key: Buffer;
  readonly date: string;
  readonly scope: string;
  /** The signature of the request's headers. */
  readonly seed: string;
}

export interface ChunkedOptions {
  /** Left out when the chunks carry no signatures. */
  readonly signer?: ChunkSigner | undefined;
  /** Filled with the trailing headers, lower case, once the body was read to its end. */
  readonly trailers: Map<string, string>;
}

const MAX_LINE_BYTES = 8192;
const EMPTY_HASH = sha256("");

/** The payload inside. Throws an {@link AwsError} when the form, a chunk's signature or the end is missing. */
export async function* decodeChunked(
  source: AsyncIterable<Buffer>,
  { signer, trailers }: ChunkedOptions,
): AsyncGenerator<Buffer> {
  const reader = byteReader(source);
  const chain = signer && signatureChain(signer);
  for (;;) {
    const { sizeBytes, signature } = readChunkHeader(await reader.line());
    const hash = chain?.chunk();
    for (let left = sizeBytes; left > 0;) {
      const part = await reader.take(left);
      left -= part.length;
      hash?.update(part);
      yield part;
    }
    hash?.check(signature);
    if (sizeBytes === 0) break;
    if ((await reader.line()) !== "") throw incomplete("a chunk does not end where its size says");
  }
  await readTrailers(reader, trailers, chain);
}

function readChunkHeader(line: string): { sizeBytes: number; signature: string | undefined } {
  const match = /^([0-9a-f]+)(?:;chunk-signature=([0-9a-f]+))?$/i.exec(line);
  if (!match) throw incomplete("a chunk has no size");
  return { sizeBytes: Number.parseInt(match[1] ?? "", 16), signature: match[2] };
}

async function readTrailers(
  reader: ByteReader,
  trailers: Map<string, string>,
  chain: SignatureChain | undefined,
): Promise<void> {
  for (let line = await reader.lastLine(); line !== ""; line = await reader.lastLine()) {
    const at = line.indexOf(":");
    if (at < 0) throw incomplete(`the trailer "${line}" has no value`);
    trailers.set(line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim());
  }
  await reader.drain();
  const signature = trailers.get("x-amz-trailer-signature");
  trailers.delete("x-amz-trailer-signature");
  if (chain && trailers.size > 0) chain.trailers(trailers, signature);
}

interface SignatureChain {
  chunk(): { update(data: Buffer): void; check(signature: string | undefined): void };
  trailers(trailers: ReadonlyMap<string, string>, signature: string | undefined): void;
}

function signatureChain({ key, date, scope, seed }: ChunkSigner): SignatureChain {
  let previous = seed;
  const check = (lines: string[], signature: string | undefined) => {
    const expected = sign(key, lines.join("\n"));
    if (expected !== signature) throw mismatch();
    previous = expected;
  };
  return {
    chunk() {
      const hash = createHash("sha256");
      return {
        update: (data) => void hash.update(data),
        check: (signature) => {
          check(
            ["AWS4-HMAC-SHA256-PAYLOAD", date, scope, previous, EMPTY_HASH, hash.digest("hex")],
            signature,
          );
        },
      };
    },
    trailers(trailers, signature) {
      const text = [...trailers].map(([name, value]) => `${name}:${value}\n`).join("");
      check(["AWS4-HMAC-SHA256-TRAILER", date, scope, previous, sha256(text)], signature);
    },
  };
}

interface ByteReader {
  /** The next line without its CR LF. */
  line(): Promise<string>;
  /** The next line, or an empty one where the body ends without it, as some clients send it. */
  lastLine(): Promise<string>;
  /** At least one and at most this many bytes. */
  take(maxBytes: number): Promise<Buffer>;
  /** Reads on to the end. */
  drain(): Promise<void>;
}

function byteReader(source: AsyncIterable<Buffer>): ByteReader {
  const iterator = source[Symbol.asyncIterator]();
  let buffered: Buffer = Buffer.alloc(0);
  const fill = async () => {
    const next = await iterator.next();
    if (next.done) return false;
    buffered = buffered.length === 0 ? next.value : Buffer.concat([buffered, next.value]);
    return true;
  };
  const readLine = async () => {
    for (;;) {
      const end = buffered.indexOf("\r\n");
      if (end >= 0) {
        const line = buffered.toString("latin1", 0, end);
        buffered = buffered.subarray(end + 2);
        return line;
      }
      if (buffered.length > MAX_LINE_BYTES) throw incomplete("a line of the chunked form is too long");
      if (!(await fill())) return undefined;
    }
  };
  return {
    line: async () => (await readLine()) ?? fail("it ends before its last chunk"),
    lastLine: async () => (await readLine()) ?? "",
    async take(maxBytes) {
      while (buffered.length === 0) if (!(await fill())) fail("it ends within a chunk");
      const part = buffered.subarray(0, maxBytes);
      buffered = buffered.subarray(part.length);
      return part;
    },
    async drain() {
      while (await fill()) buffered = Buffer.alloc(0);
    },
  };
}

function fail(reason: string): never {
  throw incomplete(reason);
}

function incomplete(reason: string): AwsError {
  return new AwsError("IncompleteBody", `The request body is not in the aws-chunked form: ${reason}.`);
}

function mismatch(): AwsError {
  const message = "The chunk signature we calculated does not match the signature you provided.";
  return new AwsError("SignatureDoesNotMatch", message, { statusCode: 403 });
}
