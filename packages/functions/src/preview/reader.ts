import { keepBlocks } from "@telecine/core/util/blocks";
import type { Ranges } from "../container/ranges.ts";

/** A request of S3 takes about 30 ms before its first byte: in this size, that is little beside the transfer. */
const BLOCK_BYTES = 4 * 1024 * 1024;
/** Of a file whose picture and sound lie apart, both places are read at once, each ahead of what is asked for. */
const MOST_BLOCKS = 12;
const BLOCKS_AHEAD = 2;

/**
 * Reads a file from its beginning to its end, in a memory that does not depend on its size: the blocks used last are kept, and
 * the next ones are asked for ahead. `fetch` gives exactly the bytes it is asked for, or rejects.
 */
export function createReader(
  sizeBytes: number,
  fetch: (start: number, end: number) => Promise<Uint8Array>,
): Ranges {
  const count = Math.ceil(sizeBytes / BLOCK_BYTES);
  const block = keepBlocks((index) => {
    const start = index * BLOCK_BYTES;
    return fetch(start, Math.min(start + BLOCK_BYTES, sizeBytes));
  }, MOST_BLOCKS);
  const readAhead = (index: number) => {
    for (let next = index + 1; next <= Math.min(index + BLOCKS_AHEAD, count - 1); next += 1) void block(next);
  };

  const read = async (start: number, end: number) => {
    if (!(start >= 0 && start < end && end <= sizeBytes))
      throw new RangeError(`No bytes ${start} to ${end}.`);
    const result = new Uint8Array(end - start);
    for (let index = Math.floor(start / BLOCK_BYTES); index * BLOCK_BYTES < end; index += 1) {
      const from = index * BLOCK_BYTES;
      const bytes = block(index);
      readAhead(index);
      const part = (await bytes).subarray(Math.max(0, start - from), end - from);
      result.set(part, Math.max(0, from - start));
    }
    return result;
  };
  return { sizeBytes, read };
}
