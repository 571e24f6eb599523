const WINDOW_MS = 5000;
/** Less than this says more about buffers than about the network. */
const SETTLED_MS = 1000;

interface Sample {
  readonly atMs: number;
  readonly bytes: number;
}

/** A speed over the last five seconds, from running totals. */
export interface Rate {
  /** Notes a total of bytes sent, and gives the bytes a second, or null while too little is known. */
  readonly note: (sentBytes: number, nowMs: number) => number | null;
}

export function createRate(): Rate {
  let samples: readonly Sample[] = [];
  return {
    note: (sentBytes, nowMs) => {
      // A part that is sent again makes the total fall: what was known of the speed is no longer true.
      const isRestart = sentBytes < (samples.at(-1)?.bytes ?? 0);
      const kept = isRestart ? [] : samples.filter(({ atMs }) => atMs >= nowMs - WINDOW_MS);
      samples = [...kept, { atMs: nowMs, bytes: sentBytes }];
      const first = samples[0];
      if (first === undefined || nowMs - first.atMs < SETTLED_MS) return null;
      return ((sentBytes - first.bytes) * 1000) / (nowMs - first.atMs);
    },
  };
}
