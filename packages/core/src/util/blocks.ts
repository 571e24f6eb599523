/**
 * Blocks of something large that lies elsewhere, by their number: each is fetched when it is first asked for, and of all
 * of them the `most` that were used last are kept, so that memory does not depend on the size of the whole. A block that
 * did not come is asked for again by the next one who wants it.
 */
export function keepBlocks<Bytes>(
  fetch: (number: number) => Promise<Bytes>,
  most: number,
): (number: number) => Promise<Bytes> {
  const kept = new Map<number, Promise<Bytes>>();
  const forget = (number: number, block: Promise<Bytes>) => {
    if (kept.get(number) === block) kept.delete(number);
  };
  return (number) => {
    const known = kept.get(number);
    const block = known ?? fetch(number);
    // Whoever waits for it is told why it did not come; one that was fetched ahead may have nobody.
    if (!known)
      block.catch(() => {
        forget(number, block);
      });
    // A map keeps the order of insertion: what was used last stands last.
    kept.delete(number);
    kept.set(number, block);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    return block;
  };
}
