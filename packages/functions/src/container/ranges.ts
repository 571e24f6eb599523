/** Bytes of a file that lies elsewhere. Rejects with {@link TooMuchRead} beyond its limits. */
export interface Ranges {
  readonly sizeBytes: number;
  /** The bytes from `start` up to `end`, which is within the file. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export interface RangeLimits {
  readonly maxBytes: number;
  readonly maxRequests: number;
}

/** A file made to be read for ever, or one whose index is larger than a video's can be. */
export class TooMuchRead extends Error {
  override readonly name = "TooMuchRead";
}

/** Few requests of a useful size: asking for a byte takes S3 as long as asking for 256 KiB. */
const BLOCK_BYTES = 256 * 1024;
/** Larger indexes come in parts, so that a reader which is content with the first does not pay for all. */
const REQUEST_BYTES = 8 * 1024 * 1024;

/**
 * Reads a file in blocks, each of them once: what was read is kept, so memory is bounded by `maxBytes` as well. `fetch`
 * gives exactly the bytes it is asked for, or rejects.
 */
export function createRanges(
  sizeBytes: number,
  fetch: (start: number, end: number) => Promise<Uint8Array>,
  limits: RangeLimits,
): Ranges {
  const blocks = new Map<number, Promise<Uint8Array>>();
  let spent = { bytes: 0, requests: 0 };

  const request = (start: number, end: number): Promise<Uint8Array> => {
    spent = { bytes: spent.bytes + end - start, requests: spent.requests + 1 };
    if (spent.bytes > limits.maxBytes || spent.requests > limits.maxRequests)
      return Promise.reject(new TooMuchRead(`The headers are larger than ${limits.maxBytes} bytes.`));
    return fetch(start, end);
  };
  /** Asks for neighbouring blocks at once. */
  const load = (first: number, count: number) => {
    const start = first * BLOCK_BYTES;
    const bytes = request(start, Math.min(start + count * BLOCK_BYTES, sizeBytes));
    for (let index = 0; index < count; index += 1) {
      const block = bytes.then((all) => all.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES));
      block.catch(() => undefined); // whoever waits for it is told
      blocks.set(first + index, block);
    }
  };
  const loadMissing = (first: number, last: number) => {
    const most = REQUEST_BYTES / BLOCK_BYTES;
    for (let index = first; index <= last; index += 1) {
      if (blocks.has(index)) continue;
      let count = 1;
      while (index + count <= last && count < most && !blocks.has(index + count)) count += 1;
      load(index, count);
    }
  };
  const read = async (start: number, end: number) => {
    if (!(start >= 0 && start < end && end <= sizeBytes))
      throw new RangeError(`No bytes ${start} to ${end}.`);
    if (end - start > limits.maxBytes) throw new TooMuchRead(`${end - start} bytes are asked for at once.`);
    const [first, last] = [Math.floor(start / BLOCK_BYTES), Math.floor((end - 1) / BLOCK_BYTES)];
    loadMissing(first, last);
    const result = new Uint8Array(end - start);
    for (let index = first; index <= last; index += 1) {
      const from = index * BLOCK_BYTES;
      const block = await blocks.get(index);
      if (!block) throw new Error("A block is missing that was loaded.");
      const part = block.subarray(Math.max(0, start - from), end - from);
      result.set(part, Math.max(0, from - start));
    }
    return result;
  };
  return { sizeBytes, read };
}
