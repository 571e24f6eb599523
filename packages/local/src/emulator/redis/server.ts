import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { type FirstStart, keepRunning } from "../../runner/restart.ts";
import type { Machine, Running } from "../emulator.ts";

export const HOST = "127.0.0.1";
const PROGRAM = "redis-server";
const READY_WITHIN_MS = 20_000;
const ANSWER_WITHIN_MS = 1000;

export interface Server {
  readonly name: string;
  /** Where its snapshots lie. */
  readonly folder: string;
  readonly port: number;
  /** Speaks TLS and nothing else. */
  readonly tls: boolean;
  /** Clients must give it; without one, none is asked for. */
  readonly password?: string | undefined;
}

/** Rejects with what to do when this machine has no Redis. */
export async function findProgram(): Promise<void> {
  try {
    await promisify(execFile)(PROGRAM, ["--version"]);
  } catch (error) {
    throw new Error(
      `${PROGRAM} is not installed. Get it with \`apt-get install redis-server\` or \`brew install redis\`.`,
      { cause: error },
    );
  }
}

/** Starts one server and waits until it answers. Its port was taken or claimed before. */
export async function startServer(
  server: Server,
  machine: Pick<Machine, "supervisor" | "log" | "certificates" | "ports">,
): Promise<Running> {
  const { name, port } = server;
  const program = {
    name,
    port,
    command: PROGRAM,
    args: ["-"],
    // By standard input, so that the password stands in no list of processes.
    input: configuration(server, machine),
    stopSignal: "SIGTERM",
    killSignal: "SIGKILL",
    onOutput: machine.log.output(name),
  } as const;
  const process = await keepRunning(machine, program, (start) => waitUntilReady(server, machine, start));
  return { stop: () => process.stop(2) };
}

function configuration(
  { folder, port, tls, password }: Server,
  { certificates: { certificate, key, authority } }: Pick<Machine, "certificates">,
): string {
  const listen = tls
    ? [
        "port 0",
        `tls-port ${port}`,
        `tls-cert-file "${certificate}"`,
        `tls-key-file "${key}"`,
        `tls-ca-cert-file "${authority}"`,
        "tls-auth-clients no",
      ]
    : [`port ${port}`];
  const settings = [
    `bind ${HOST}`,
    ...listen,
    ...(password ? [`requirepass ${JSON.stringify(password)}`] : []),
    `dir "${folder}"`,
    "save 60 1000",
    "maxmemory 256mb",
    "maxmemory-policy volatile-lru", // ElastiCache's default
    "daemonize no",
  ];
  return `${settings.join("\n")}\n`;
}

async function waitUntilReady(
  server: Server,
  { certificates }: Pick<Machine, "certificates">,
  { pid, signal }: FirstStart,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while ((await whoAnswers(server, certificates)) !== pid()) {
    signal.throwIfAborted();
    if (Date.now() > deadline)
      throw new Error(`${server.name} was not ready within ${READY_WITHIN_MS / 1000} s. Its log says why.`);
    await sleep(25);
  }
}

/** The process of the Redis server that lets us in on this port: whatever else may listen there is not ours. */
async function whoAnswers(
  { port, tls, password }: Server,
  { authority }: Machine["certificates"],
): Promise<number | undefined> {
  const { Redis } = await import("ioredis");
  const client = new Redis({
    host: HOST,
    port,
    ...(password && { password }),
    ...(tls && { tls: { ca: readFileSync(authority) } }),
    lazyConnect: true,
    enableReadyCheck: false,
    retryStrategy: () => null,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
  });
  client.on("error", () => undefined); // is also the rejection below
  try {
    return Number(/^process_id:(\d+)/m.exec(await client.info("server"))?.[1]);
  } catch {
    return undefined; // not yet, or not ours
  } finally {
    client.disconnect();
  }
}
