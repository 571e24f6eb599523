import type { PictureLoad } from "./load.ts";

/** When one stream begins and ends by its packets, in seconds of the file's clock. */
export interface Span {
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** What the packets of a file say, which is more reliable than what its header claims. */
export interface Timeline {
  readonly spans: ReadonlyMap<number, Span>;
  /** When each picture of the chosen stream is shown, ascending. */
  readonly pictureTimes: readonly number[];
  /** What those pictures weigh; left out by readers that do not see it. */
  readonly load?: PictureLoad;
}

export function union({ spans }: Timeline): Span {
  const all = [...spans.values()];
  return {
    startSeconds: Math.min(...all.map(({ startSeconds }) => startSeconds)),
    endSeconds: Math.max(...all.map(({ endSeconds }) => endSeconds)),
  };
}

/** Some headers count from zero, others from the first packet: what ends late enough by either is whole. */
export function isCutOff(promisedSeconds: number, { startSeconds, endSeconds }: Span): boolean {
  return promisedSeconds - (endSeconds - Math.min(startSeconds, 0)) > toleratedLoss(promisedSeconds);
}

/** Seconds that a header may promise too much: some writers round, and some count what they cut away. */
export function toleratedLoss(durationSeconds: number): number {
  return Math.min(Math.max(durationSeconds * 0.01, 0.5), 10);
}
