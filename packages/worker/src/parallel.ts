import pMap from "p-map";

/**
 * Runs over all items, several at once. The first failure ends the others through the signal they are given, and is the
 * one that is thrown.
 */
export async function inParallel<Item>(
  items: readonly Item[],
  concurrency: number,
  signal: AbortSignal,
  run: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  try {
    await pMap(items, (item) => run(item, either), { concurrency });
  } catch (error) {
    failed.abort(error);
    signal.throwIfAborted();
    throw error;
  }
}
