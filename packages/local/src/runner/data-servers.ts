import { setTimeout as sleep } from "node:timers/promises";
import * as postgres from "../emulator/postgres/server.ts";
import * as redis from "../emulator/redis/server.ts";
import { together } from "../emulator/together.ts";
import { acquireLock } from "./lock.ts";
import { createLog, type Entry } from "./log.ts";
import { createPorts, type Ports, PortTakenError } from "./ports.ts";
import { openState } from "./state.ts";
import { createSupervisor } from "./supervisor.ts";
import { openCertificates } from "./tls.ts";

export interface DataServersOptions {
  /** Where data and logs are kept; nothing else may run on it at the same time. */
  readonly stateFolder: string;
  readonly postgres: {
    readonly port: number;
    readonly username: string;
    readonly password: string;
    readonly database: string;
  };
  readonly redis: { readonly port: number };
  /** What to do about a port that another program holds. */
  readonly portAdvice: string;
  readonly onEntry?: (entry: Entry) => void;
}

export interface DataServers {
  readonly logFolder: string;
  /** Ends both in good order, within about three seconds. Data stays. */
  stop(): Promise<void>;
}

/** What a port may still be held by: a server that a killed run has left, and that is just ending. */
const PORT_PATIENCE_MS = 3000;

/**
 * PostgreSQL and Redis alone, on given ports and without TLS, for an app whose code runs on this machine and whose
 * infrastructure does not: `sst dev`. Continues on the data of the last run.
 */
export async function startDataServers(options: DataServersOptions): Promise<DataServers> {
  await redis.findProgram();
  const state = openState(options.stateFolder);
  const lock = await acquireLock(state);
  const log = createLog(state.folder("logs"), options.onEntry ?? (() => undefined));
  const supervisor = createSupervisor(state);
  const ports = createPorts(state);
  const stop = async () => {
    await supervisor.close(2);
    await ports.releaseAll();
    await log.close();
    lock.release();
  };
  try {
    await claim(ports, "postgres", options.postgres.port, options.portAdvice);
    await claim(ports, "redis", options.redis.port, options.portAdvice);
    const machine = { supervisor, log, ports, certificates: await openCertificates(state) };
    const servers = await together([
      postgres.startServer(
        { ...options.postgres, name: "postgres", folder: state.folder("postgres"), tlsOnly: false },
        machine,
      ),
      redis.startServer(
        { ...options.redis, name: "redis", folder: state.folder("redis"), tls: false },
        machine,
      ),
    ]);
    const stopAll = async () => {
      await servers.stop();
      await stop();
    };
    return { logFolder: log.folder, stop: stopAll };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function claim(ports: Ports, purpose: string, port: number, advice: string): Promise<void> {
  const deadline = Date.now() + PORT_PATIENCE_MS;
  for (;;) {
    try {
      await ports.claim(purpose, port, advice);
      return;
    } catch (error) {
      if (!(error instanceof PortTakenError) || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}
