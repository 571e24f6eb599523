import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import type { StateFolder } from "./state.ts";

/** A port is another program's. The message names it and says what to do. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";

  constructor(port: number, advice: string, options?: ErrorOptions) {
    super(`Port ${port} is taken by another program. ${advice}`, options);
  }
}

/**
 * The ports of an app. They are chosen long before their servers start, since addresses are part of the infrastructure, and
 * a listening socket holds each of them until then: neither another program nor a second app that starts now can get it.
 */
export interface Ports {
  /**
   * A free port for this purpose: the one of the last start where possible, so that addresses stay what they were. Asked
   * again before its server has started, it answers the same.
   */
  take(purpose: string, preferred?: number): Promise<number>;
  /** Exactly this port, or a {@link PortTakenError} that ends with the advice. */
  claim(purpose: string, port: number, advice?: string): Promise<number>;
  /** Lets go of a port for the server that `listen` binds to it. When another program is quicker: a {@link PortTakenError}. */
  bind<Result>(port: number, listen: () => Promise<Result>): Promise<Result>;
  /** Lets go of a port for a program that is started now and binds it. */
  release(port: number): Promise<void>;
  /** Holds it again, once that program has ended. When another one has it by now: a {@link PortTakenError}. */
  hold(port: number): Promise<void>;
  /** Lets go of all that is still held. */
  releaseAll(): Promise<void>;
}

interface Use {
  readonly purpose: string;
  /** What to do when another program has the port. */
  readonly advice: string;
}

const HOST = "127.0.0.1";
/** Lets the machine choose. */
const ANY = 0;
const CLAIM_ADVICE = "Choose another one with --port, or none to get a free one.";
const TAKE_ADVICE = "Start again, and a free one is chosen.";

export function createPorts(state: StateFolder): Ports {
  const known = { ...(state.read("ports.json") as Record<string, number> | undefined) };
  const uses = new Map<number, Use>();
  const holders = new Map<number, Server>();

  const isHeldFor = (purpose: string, port: number) =>
    holders.has(port) && uses.get(port)?.purpose === purpose;
  const taken = (port: number, cause?: unknown) =>
    new PortTakenError(port, uses.get(port)?.advice ?? TAKE_ADVICE, { cause });
  /** The port that is held now, or undefined when another program has it. */
  const occupy = async (port: number, use: Use) => {
    const holder = await holdPort(port);
    if (!holder) return undefined;
    const held = (holder.address() as AddressInfo).port;
    holders.set(held, holder);
    uses.set(held, use);
    known[use.purpose] = held;
    state.write("ports.json", known);
    return held;
  };
  const release = async (port: number) => {
    const holder = holders.get(port);
    holders.delete(port);
    if (holder) await letGo(holder);
  };
  return {
    async take(purpose, preferred) {
      const last = known[purpose];
      if (last !== undefined && isHeldFor(purpose, last)) return last;
      for (const port of [preferred, last, ANY]) {
        const held = port !== undefined && (await occupy(port, { purpose, advice: TAKE_ADVICE }));
        if (held) return held;
      }
      throw new Error("This machine has no free port left.");
    },
    async claim(purpose, port, advice = CLAIM_ADVICE) {
      if (isHeldFor(purpose, port) || (await occupy(port, { purpose, advice }))) return port;
      throw new PortTakenError(port, advice);
    },
    async bind(port, listen) {
      await release(port);
      try {
        return await listen();
      } catch (error) {
        throw isInUse(error) ? taken(port, error) : error;
      }
    },
    release,
    async hold(port) {
      const use = uses.get(port);
      if (!use) throw new Error(`Port ${port} was never taken.`);
      if (!(await occupy(port, use))) throw taken(port);
    },
    async releaseAll() {
      await Promise.all([...holders.keys()].map(release));
    },
  };
}

/** A socket that listens and answers nobody, or undefined when another one has the port. */
async function holdPort(port: number): Promise<Server | undefined> {
  // A visitor who comes before the server does is turned away in the way that leaves no trace on the port.
  const holder = createServer((socket) => socket.resetAndDestroy());
  holder.unref();
  try {
    await once(holder.listen({ port, host: HOST, exclusive: true }), "listening");
    return holder;
  } catch (error) {
    if (isInUse(error)) return undefined;
    throw error;
  }
}

async function letGo(holder: Server): Promise<void> {
  const closed = once(holder, "close");
  holder.close();
  await closed;
}

function isInUse(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE";
}
