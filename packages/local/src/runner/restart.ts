import type { Machine } from "../emulator/emulator.ts";
import type { Child, ChildOptions } from "./supervisor.ts";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** A server that ran this long was healthy: its next failure is a first one. */
const HEALTHY_MS = 60_000;

/**
 * Starts a server and starts it again whenever it ends by itself, as the managed service would, a little later each time.
 * The first start must succeed, and become `ready`; when it does not, nothing of it stays.
 */
export async function keepRunning(
  { supervisor, log }: Pick<Machine, "supervisor" | "log">,
  options: ChildOptions,
  ready: () => Promise<void>,
): Promise<{ stop(graceSeconds: number): Promise<void> }> {
  let stopping = false;
  let delay = FIRST_DELAY_MS;
  let timer: NodeJS.Timeout | undefined;
  let child = await supervisor.start(options);
  const later = (level: "warn" | "error", what: string) => {
    const message = `${what}; it starts again in ${delay / 1000} s.`;
    log({ level, source: options.name, message });
    timer = setTimeout(() => void again(), delay);
    delay = Math.min(delay * 2, LONGEST_DELAY_MS);
  };
  const watch = (current: Child, startedAt: number) => {
    void current.exited.then(({ code, signal }) => {
      if (stopping) return;
      if (Date.now() - startedAt > HEALTHY_MS) delay = FIRST_DELAY_MS;
      later("warn", `${options.name} ended (${signal ?? `code ${code}`})`);
    });
  };
  const again = async () => {
    try {
      child = await supervisor.start(options);
      if (stopping) await child.stop(0);
      else watch(child, Date.now());
    } catch (error) {
      if (!stopping) later("error", (error as Error).message);
    }
  };
  watch(child, Date.now());
  const stop = async (graceSeconds: number) => {
    stopping = true;
    clearTimeout(timer);
    await child.stop(graceSeconds);
  };
  try {
    await ready();
  } catch (error) {
    await stop(1);
    throw error;
  }
  return { stop };
}
