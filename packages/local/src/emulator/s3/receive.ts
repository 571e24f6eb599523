import { createHash } from "node:crypto";
import type { Body } from "../../aws/body.ts";
import { readChecksumHeader } from "./attributes.ts";
import { checksumHeader, createHasher, type Hasher, isChecksum, readAlgorithm } from "./checksum.ts";
import type { Core } from "./core.ts";
import { invalid, S3Error } from "./error.ts";
import type { Checksum, ChecksumAlgorithm, Content, Segment } from "./types.ts";

/** Takes the bytes of a request in, and checks them against everything that the client said about them. */

export interface Expectation {
  /** Hex. */
  readonly md5: string | undefined;
  readonly algorithm: ChecksumAlgorithm | undefined;
  /** Base64; undefined when it comes behind the body, or was left to us. */
  readonly checksum: string | undefined;
  /** Whether the checksum comes behind the body. */
  readonly isTrailing: boolean;
  readonly maxBytes: number;
}

/** The largest object that one request, or one part, may hold: 5 GiB. */
const MAX_PUT_BYTES = 5 * 1024 ** 3;

/** What headers say about the body that follows. Throws an {@link S3Error} when they contradict themselves. */
export function readExpectation(header: (name: string) => string | undefined): Expectation {
  const given = readChecksumHeader(header);
  if (given && !isChecksum(given.algorithm, given.value)) {
    throw invalid("InvalidRequest", `Value for ${checksumHeader(given.algorithm)} header is invalid.`);
  }
  const trailing = readTrailing(header("x-amz-trailer"));
  const named = header("x-amz-sdk-checksum-algorithm");
  if (named !== undefined && !given && !trailing) {
    throw invalid(
      "InvalidRequest",
      "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.",
    );
  }
  return {
    md5: readMd5(header("content-md5")),
    algorithm: given?.algorithm ?? trailing,
    checksum: given?.value,
    isTrailing: !given && trailing !== undefined,
    maxBytes: MAX_PUT_BYTES,
  };
}

function readTrailing(trailer: string | undefined): ChecksumAlgorithm | undefined {
  if (trailer === undefined) return undefined;
  const algorithm = readAlgorithm(
    trailer
      .trim()
      .toLowerCase()
      .replace(/^x-amz-checksum-/, ""),
  );
  if (algorithm) return algorithm;
  throw invalid(
    "InvalidRequest",
    `The value specified in the x-amz-trailer header is not supported: ${trailer}`,
  );
}

function readMd5(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const bytes = Buffer.from(header, "base64");
  if (bytes.length !== 16) throw new S3Error("InvalidDigest", { "Content-MD5": header });
  return bytes.toString("hex");
}

/** Refuses a body that says beforehand that it is too large, or does not say how large it is. */
export function checkDeclaredSize({ sizeBytes }: Body, maxBytes = MAX_PUT_BYTES): void {
  if (sizeBytes === undefined) throw new S3Error("MissingContentLength");
  if (sizeBytes > maxBytes)
    throw new S3Error("EntityTooLarge", {
      ProposedSize: String(sizeBytes),
      MaxSizeAllowed: String(maxBytes),
    });
}

/** Stores a body. Nothing is left of it when it is not what was expected. */
export async function receive(
  core: Core,
  body: Pick<Body, "stream" | "trailers">,
  expectation: Expectation,
): Promise<Content> {
  const { algorithm, maxBytes } = expectation;
  const md5 = createHash("md5");
  const hasher = algorithm && createHasher(algorithm);
  const counter = { sizeBytes: 0 };
  const segments = await core.contents.store(
    tap(body.stream, [md5, ...(hasher ? [hasher] : [])], counter, maxBytes),
  );
  try {
    const content = { segments, sizeBytes: counter.sizeBytes, md5: md5.digest("hex") };
    if (expectation.md5 !== undefined && expectation.md5 !== content.md5) {
      throw new S3Error("BadDigest", { ExpectedDigest: expectation.md5, CalculatedDigest: content.md5 });
    }
    return { ...content, checksum: await checkChecksum(expectation, body.trailers, hasher) };
  } catch (error) {
    core.contents.discard(segments);
    throw error;
  }
}

async function* tap(
  source: AsyncIterable<Buffer>,
  hashers: readonly Pick<Hasher, "update">[],
  counter: { sizeBytes: number },
  maxBytes: number,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    counter.sizeBytes += chunk.length;
    if (counter.sizeBytes > maxBytes)
      throw new S3Error("EntityTooLarge", { MaxSizeAllowed: String(maxBytes) });
    for (const hasher of hashers) hasher.update(chunk);
    yield chunk;
  }
}

async function checkChecksum(
  { algorithm, checksum, isTrailing }: Expectation,
  trailers: ReadonlyMap<string, string>,
  hasher: Hasher | undefined,
): Promise<Checksum | undefined> {
  if (!algorithm || !hasher) return undefined;
  const value = (await hasher.digest()).toString("base64");
  const expected = isTrailing ? trailers.get(checksumHeader(algorithm)) : checksum;
  if (isTrailing && expected === undefined) {
    throw invalid(
      "InvalidRequest",
      `The trailer ${checksumHeader(algorithm)} was announced and did not come.`,
    );
  }
  if (expected !== undefined && expected !== value) {
    throw invalid("BadDigest", `The ${algorithm} you specified did not match the calculated checksum.`);
  }
  return { algorithm, value, type: "FULL_OBJECT" };
}

/** Describes bytes that are stored already, by reading them once more. */
export async function describe(
  core: Core,
  segments: readonly Segment[],
  algorithm: ChecksumAlgorithm | undefined,
): Promise<Content> {
  const md5 = createHash("md5");
  const hasher = algorithm && createHasher(algorithm);
  for await (const chunk of core.contents.read(segments) as AsyncIterable<Buffer>) {
    md5.update(chunk);
    hasher?.update(chunk);
  }
  const sizeBytes = segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
  const value = (await hasher?.digest())?.toString("base64");
  const checksum =
    algorithm && value !== undefined ? ({ algorithm, value, type: "FULL_OBJECT" } as const) : undefined;
  return { segments, sizeBytes, md5: md5.digest("hex"), checksum };
}
