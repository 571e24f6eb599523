import type { Sink } from "./assemble.ts";

/** Sends a part of an object, counted from 1. They may come in any order, and each but the last has 5 MB or more. */
export type SendPart = (number: number, bytes: Uint8Array) => Promise<void>;

/** A part for each 16 MB, or more where a file would have more than the 10,000 parts that S3 takes. */
const LEAST_PART_BYTES = 16 * 1024 * 1024;
const MOST_PARTS = 9_000;

/** Parts on their way at once: each is held in memory. */
const MOST_AT_ONCE = 3;

/**
 * Cuts a file into the parts of an object while it is made. What comes first, its head, is known last: so the first part is
 * kept until then, with enough of what follows the head to be one. `fileBytes` is about how large the file will be.
 */
export function createPartSink(
  send: SendPart,
  { fileBytes, headBytes }: { readonly fileBytes: number; readonly headBytes: number },
): Sink {
  const partBytes = Math.max(LEAST_PART_BYTES, Math.ceil(fileBytes / MOST_PARTS), 2 * headBytes);
  const underWay = new Set<Promise<void>>();
  let first: Uint8Array | undefined;
  let chunks: Uint8Array[] = [];
  let gathered = 0;
  let number = 1;

  const dispatch = async (part: number, bytes: Uint8Array) => {
    const sent = send(part, bytes).then(() => {
      underWay.delete(sent);
    });
    sent.catch(() => undefined); // kept among those under way: whoever waits next is told
    underWay.add(sent);
    while (underWay.size >= MOST_AT_ONCE) await Promise.race(underWay);
  };
  const take = (): Uint8Array => {
    const bytes = Buffer.concat(chunks);
    chunks = [];
    gathered = 0;
    return bytes;
  };

  return {
    write: async (bytes) => {
      // A copy: what it is a part of is not to be kept for it.
      chunks.push(Buffer.from(bytes));
      gathered += bytes.length;
      if (first === undefined && gathered >= partBytes - headBytes) first = take();
      else if (first !== undefined && gathered >= partBytes) await dispatch(++number, take());
    },
    finish: async (head) => {
      if (first === undefined) first = take();
      else if (gathered > 0) await dispatch(++number, take());
      await dispatch(1, Buffer.concat([head, first]));
      await Promise.all(underWay);
    },
  };
}
