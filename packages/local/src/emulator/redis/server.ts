import { execFile } from "node:child_process";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { keepRunning } from "../../runner/restart.ts";
import type { Machine, Running } from "../emulator.ts";

export const HOST = "127.0.0.1";
const PROGRAM = "redis-server";
const READY_WITHIN_MS = 20_000;

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

/** Starts one server and waits until it listens. */
export async function startServer(
  server: Server,
  machine: Pick<Machine, "supervisor" | "log" | "certificates">,
): Promise<Running> {
  const { name, port } = server;
  const program = {
    name,
    command: PROGRAM,
    args: ["-"],
    // By standard input, so that the password stands in no list of processes.
    input: configuration(server, machine),
    stopSignal: "SIGTERM",
    killSignal: "SIGKILL",
    onOutput: machine.log.output(name),
  } as const;
  const process = await keepRunning(machine, program, () => waitUntilListening(name, port));
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

async function waitUntilListening(name: string, port: number): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await listens(port))) {
    if (Date.now() > deadline)
      throw new Error(`${name} did not listen within ${READY_WITHIN_MS / 1000} s. Its log says why.`);
    await sleep(25);
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => {
      end(true);
    });
    socket.once("error", () => {
      end(false);
    });
  });
}
