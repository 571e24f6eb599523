import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import type { TaskInput } from "@telecine/core/task/contract";
import { keepBlocks } from "@telecine/core/util/blocks";
import { retry } from "../retry.ts";
import { type Bucket, isPassing, ObjectMissing, ObjectReplaced, PATIENCE_MS } from "../storage/bucket.ts";
import { Rejection } from "../task/outcome.ts";

const BLOCK_BYTES = 4 * 1024 ** 2;
/** Two readers, each with the block that it is in, the next one, and one to look back into. */
const BLOCKS_KEPT = 6;
const BLOCK_TIMEOUT_MS = 120_000;

export interface ServedSource {
  readonly url: string;
  /** How much was fetched from the bucket so far. */
  readonly bytesRead: () => number;
  /** Throws what kept the source from being read: that explains the failure of whoever read it. */
  readonly throwIfFailed: () => void;
  readonly close: () => Promise<void>;
}

interface RangeServerOptions {
  readonly bucket: Bucket;
  readonly signal: AbortSignal;
  readonly onRetry?: (error: unknown) => void;
  readonly delaysMs?: readonly number[];
}

/**
 * Serves a source in the bucket to programs of this machine that read files by HTTP ranges, as if it were local: a task
 * that needs a part of a source fetches only that part. It holds the credentials and the patience that ffmpeg lacks, and
 * sees to it that all bytes are of the object that was inspected. The address cannot be guessed.
 */
export async function serveSource(
  source: TaskInput["source"],
  options: RangeServerOptions,
): Promise<ServedSource> {
  const path = `/${randomUUID()}`;
  const state = { bytesRead: 0, failure: undefined as unknown };
  const read = reader(source, options, state);
  const server = createServer((request, response) => {
    answer(request, response, path, source.sizeBytes, read).catch((error: unknown) => {
      if (!isHangUp(error)) state.failure ??= explained(error);
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${path}`,
    bytesRead: () => state.bytesRead,
    throwIfFailed: () => {
      if (state.failure !== undefined) throw state.failure as Error;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

type ReadBlock = (number: number) => Promise<Buffer>;

/**
 * Blocks at fixed places, of which the last ones are kept: who reads only the sound of a file jumps over its pictures a
 * thousand times, and each jump would be a request.
 */
function reader(
  { key, etag, sizeBytes }: TaskInput["source"],
  { bucket, signal, onRetry, delaysMs = PATIENCE_MS }: RangeServerOptions,
  state: { bytesRead: number },
): ReadBlock {
  const fetchBlock = async (number: number) => {
    const [first, last] = [number * BLOCK_BYTES, Math.min((number + 1) * BLOCK_BYTES, sizeBytes) - 1];
    const timely = AbortSignal.any([signal, AbortSignal.timeout(BLOCK_TIMEOUT_MS)]);
    const block = await buffer(await bucket.openRange({ key, etag, first, last }, timely));
    if (block.length !== last - first + 1)
      throw new Error(`A block of ${last - first + 1} bytes came as ${block.length}.`);
    state.bytesRead += block.length;
    return block;
  };
  return keepBlocks(
    (number) =>
      retry(() => fetchBlock(number), {
        ...{ delaysMs, isRetryable: isPassing, signal },
        ...(onRetry && { onRetry }),
      }),
    BLOCKS_KEPT,
  );
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  sizeBytes: number,
  read: ReadBlock,
): Promise<void> {
  const range = rangeOf(request.headers.range, sizeBytes);
  if (request.url !== path || !range) {
    response.writeHead(request.url === path ? 416 : 404).end();
    return;
  }
  response.writeHead(206, {
    "accept-ranges": "bytes",
    "content-length": range.last - range.first + 1,
    "content-range": `bytes ${range.first}-${range.last}/${sizeBytes}`,
    "content-type": "video/mp4",
  });
  await pipeline(Readable.from(bytesOf(range, sizeBytes, read), { highWaterMark: 1 }), response);
}

/** The next block is fetched while one is being read. */
async function* bytesOf({ first, last }: Range, sizeBytes: number, read: ReadBlock): AsyncGenerator<Buffer> {
  for (let at = first; at <= last;) {
    const number = Math.floor(at / BLOCK_BYTES);
    const start = number * BLOCK_BYTES;
    const block = await read(number);
    if (start + BLOCK_BYTES < Math.min(last + 1, sizeBytes)) void read(number + 1);
    yield block.subarray(at - start, Math.min(last + 1 - start, block.length));
    at = start + block.length;
  }
}

interface Range {
  readonly first: number;
  readonly last: number;
}

/** `bytes=5-` and `bytes=5-9`, and everything where nothing is said; undefined for what lies outside. */
function rangeOf(header: string | undefined, sizeBytes: number): Range | undefined {
  const [, from = "0", to = ""] = /^bytes=(\d+)-(\d*)$/.exec(header ?? "bytes=0-") ?? [];
  const range = { first: Number(from), last: Math.min(to === "" ? Infinity : Number(to), sizeBytes - 1) };
  return range.first <= range.last ? range : undefined;
}

/** The reader had enough: it seeks, or is done. */
function isHangUp(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ERR_STREAM_PREMATURE_CLOSE";
}

function explained(error: unknown): unknown {
  if (error instanceof ObjectMissing) return new Rejection("source_missing", { cause: error });
  if (error instanceof ObjectReplaced) return new Rejection("source_replaced", { cause: error });
  return error;
}
