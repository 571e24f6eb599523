import type { Machine } from "../emulator/emulator.ts";
import { PortTakenError } from "./ports.ts";
import type { Child, ChildOptions } from "./supervisor.ts";

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 10_000;
/** A server that ran this long was healthy: its next failure is a first one. */
const HEALTHY_MS = 60_000;

export interface ServerOptions extends ChildOptions {
  /** The port that it binds, taken or claimed for it. It is held whenever the server does not run. */
  readonly port: number;
}

/** What a wait for the first start goes by. */
export interface FirstStart {
  /** The process that runs now: another one, when the server has ended and started again meanwhile. */
  readonly pid: () => number;
  /** Is aborted when it cannot become ready any more. */
  readonly signal: AbortSignal;
}

/**
 * Starts a server and starts it again whenever it ends by itself, as the managed service would, a little later each time.
 * The first start must succeed, and become `ready`; when it does not, or finds its port taken, nothing of it stays.
 */
export async function keepRunning(
  machine: Pick<Machine, "supervisor" | "log" | "ports">,
  options: ServerOptions,
  ready: (start: FirstStart) => Promise<void>,
): Promise<{ stop(graceSeconds: number): Promise<void> }> {
  const first = new AbortController();
  let state: "starting" | "ready" | "stopping" = "starting";
  let delay = FIRST_DELAY_MS;
  let timer: NodeJS.Timeout | undefined;
  let change = Promise.resolve();
  let child = await launch(machine, options);
  const later = async (level: "warn" | "error", what: string) => {
    const trouble = await holdPort(machine, options);
    if (state === "starting" && trouble instanceof PortTakenError) first.abort(trouble);
    else if (state !== "stopping") {
      const message = `${what}; it starts again in ${delay / 1000} s.${trouble ? ` ${trouble.message}` : ""}`;
      machine.log({ level, source: options.name, message });
      timer = setTimeout(() => {
        change = again();
      }, delay);
      delay = Math.min(delay * 2, LONGEST_DELAY_MS);
    }
  };
  const watch = (current: Child, startedAt: number) => {
    void current.exited.then(({ code, signal }) => {
      if (state === "stopping") return;
      if (Date.now() - startedAt > HEALTHY_MS) delay = FIRST_DELAY_MS;
      change = later("warn", `${options.name} ended (${signal ?? `code ${code}`})`);
    });
  };
  const again = async () => {
    try {
      child = await launch(machine, options);
      if (state === "stopping") await child.stop(0);
      else watch(child, Date.now());
    } catch (error) {
      if (state !== "stopping") await later("error", (error as Error).message);
    }
  };
  watch(child, Date.now());
  const stop = async (graceSeconds: number) => {
    state = "stopping";
    clearTimeout(timer);
    await child.stop(graceSeconds);
    await change;
    await machine.ports.release(options.port);
  };
  try {
    await ready({ pid: () => child.pid, signal: first.signal });
    state = "ready";
  } catch (error) {
    await stop(1);
    throw error;
  }
  return { stop };
}

async function launch(
  { supervisor, ports }: Pick<Machine, "supervisor" | "ports">,
  options: ServerOptions,
): Promise<Child> {
  await ports.release(options.port);
  return supervisor.start(options);
}

/** Keeps the port for the next start. Answers with what is wrong when it cannot. */
async function holdPort(
  { ports }: Pick<Machine, "ports">,
  { port }: ServerOptions,
): Promise<Error | undefined> {
  try {
    await ports.hold(port);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
