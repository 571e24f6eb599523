import { rmSync } from "node:fs";
import { join } from "node:path";
import { identify, isAlive, type ProcessIdentity } from "./process-identity.ts";
import type { StateFolder } from "./state.ts";

/** Another process runs on the same folder. */
export class AlreadyRunningError extends Error {
  override readonly name = "AlreadyRunningError";
}

interface Holder extends ProcessIdentity {
  readonly url?: string;
}

export interface Lock {
  /** Lets whoever comes second see where the first one is. */
  publish(url: string): void;
  release(): void;
}

const WAIT_MS = 6000;

/**
 * Makes this process the only one that works in the folder. A holder that is just ending is waited for; one that died
 * without a word holds nothing.
 */
export async function acquireLock(state: StateFolder, waitMs = WAIT_MS): Promise<Lock> {
  const deadline = Date.now() + waitMs;
  for (;;) {
    const holder = state.read("lock.json") as Holder | undefined;
    if (!holder || !isAlive(holder)) break;
    if (Date.now() > deadline) {
      const where = holder.url ? ` at ${holder.url}` : "";
      throw new AlreadyRunningError(
        `This app is already running${where} (process ${holder.pid}). Stop it there first, with Ctrl-C.`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const own = identify(process.pid);
  state.write("lock.json", own);
  return {
    publish: (url) => {
      state.write("lock.json", { ...own, url });
    },
    release: () => {
      rmSync(join(state.path, "lock.json"), { force: true });
    },
  };
}
