import type { Running } from "./emulator.ts";

/** Servers that start side by side, as one: when one of them fails, the others are ended and its error is thrown. */
export async function together(starting: readonly Promise<Running>[]): Promise<Running> {
  const outcomes = await Promise.allSettled(starting);
  const started = outcomes.filter((outcome) => outcome.status === "fulfilled").map(({ value }) => value);
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return { stop };
}
