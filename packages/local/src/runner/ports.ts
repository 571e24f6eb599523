import getPort, { clearLockedPorts } from "get-port";
import type { StateFolder } from "./state.ts";

/** A port was asked for by number and is taken. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
}

export interface Ports {
  /** A free port for this purpose: the one of the last start where possible, so that addresses stay what they were. */
  take(purpose: string, preferred?: number): Promise<number>;
  /** Exactly this port, or a {@link PortTakenError} that ends with the advice. */
  claim(purpose: string, port: number, advice?: string): Promise<number>;
}

const ADVICE = "Choose another one with --port, or none to get a free one.";

export function createPorts(state: StateFolder): Ports {
  // The library keeps ports from being handed out twice in half a minute, also those of an app that this process has stopped.
  clearLockedPorts();
  const known = { ...(state.read("ports.json") as Record<string, number> | undefined) };
  const remember = (purpose: string, port: number) => {
    known[purpose] = port;
    state.write("ports.json", known);
    return port;
  };
  return {
    async take(purpose, preferred) {
      const wanted = [preferred, known[purpose]].filter((port) => port !== undefined);
      return remember(purpose, await getPort({ port: wanted, host: "127.0.0.1" }));
    },
    async claim(purpose, port, advice = ADVICE) {
      const got = await getPort({ port, host: "127.0.0.1" });
      if (got !== port) throw new PortTakenError(`Port ${port} is taken by another program. ${advice}`);
      return remember(purpose, port);
    },
  };
}
