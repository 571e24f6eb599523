/** Resolves when somebody asked the program to end and it has. */
export interface Stopping extends Promise<void> {
  /** Aborted as soon as somebody asked. */
  readonly signal: AbortSignal;
}

const PARENT_CHECK_MS = 1000;

/**
 * Ends in good order on Ctrl-C, on SIGTERM, and when the program that started this one is gone without a word, as a killed
 * `npm` is. One Ctrl-C may arrive several times, from the terminal and from npm; a second one of a person, later, insists.
 */
export function whenAskedToStop(stop: () => Promise<void>): Stopping {
  let requestedAt = 0;
  const asked = new AbortController();
  const parent = process.ppid;
  const done = new Promise<void>((resolve, reject) => {
    const request = () => {
      if (requestedAt > 0) {
        if (Date.now() - requestedAt > 2000) process.exit(1);
        return;
      }
      requestedAt = Date.now();
      asked.abort();
      process.stderr.write("\nStopping …\n");
      stop().then(resolve, reject);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, request);
    setInterval(() => {
      if (process.ppid !== parent) request();
    }, PARENT_CHECK_MS).unref();
  });
  return Object.assign(done, { signal: asked.signal });
}
