import { execFile } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { commandOf, identify, isAlive, signal } from "../../runner/process-identity.ts";
import { type FirstStart, keepRunning } from "../../runner/restart.ts";
import type { Certificates } from "../../runner/tls.ts";
import { unprivileged, type Unprivileged } from "../../runner/unprivileged.ts";
import type { Machine, Running } from "../emulator.ts";
import { postgresBinaries } from "./binaries.ts";

export const HOST = "127.0.0.1";
const PID_FILE = "postmaster.pid";
const READY_WITHIN_MS = 60_000;
const run = promisify(execFile);

export interface Server {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly database: string;
  /** Refuses connections that are not encrypted, as `rds.force_ssl` does. */
  readonly tlsOnly: boolean;
}

/**
 * Starts one server on its folder, which is filled on the first start, and waits until it answers. Its port was taken or
 * claimed before.
 */
export async function startServer(
  server: Server,
  machine: Pick<Machine, "supervisor" | "log" | "certificates" | "ports">,
): Promise<Running> {
  const user = await unprivileged();
  const data = join(server.folder, "data");
  await endLeftover(data);
  if (!existsSync(join(data, "PG_VERSION"))) await initialize(server, data, user);
  configure(server, data, machine.certificates);
  const last = runOf(data);
  user.own(server.folder);
  const { command, args } = user.wrap(postgresBinaries().postgres, ["-D", data]);
  const program = {
    name: server.name,
    port: server.port,
    command,
    args,
    env: { TZ: "UTC" },
    cwd: server.folder,
    // SIGINT is PostgreSQL's fast shutdown; SIGQUIT its immediate one, after which the next start replays the log.
    stopSignal: "SIGINT",
    killSignal: "SIGQUIT",
    onOutput: machine.log.output(server.name),
  } as const;
  const process = await keepRunning(machine, program, async (start) => {
    await waitUntilReady(server, data, last, start);
    await createDatabase(server, machine.certificates);
  });
  return { stop: () => process.stop(2) };
}

/** A server that a killed run left behind still holds the folder; an immediate shutdown loses nothing. */
async function endLeftover(data: string): Promise<void> {
  const pid = Number(pidFile(data)[0]);
  const command = pid ? commandOf(pid) : undefined;
  if (!command) return;
  if (!command.includes(data)) {
    // The server is long gone, after a restart of the machine above all. Another program has its number now, and the
    // next server would take that for the last one.
    rmSync(join(data, PID_FILE));
    return;
  }
  const leftover = identify(pid);
  for (let tries = 0; tries < 50 && isAlive(leftover); tries++) {
    signal(leftover.pid, "SIGQUIT");
    await sleep(100);
  }
}

function pidFile(data: string): string[] {
  const file = join(data, PID_FILE);
  return existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
}

async function initialize(server: Server, data: string, user: Unprivileged): Promise<void> {
  rmSync(data, { recursive: true, force: true });
  const passwordFile = join(server.folder, "password");
  writeFileSync(passwordFile, server.password, { mode: 0o600 });
  user.own(server.folder);
  // The C locale is the only one that every machine has.
  const args = [
    "-D",
    data,
    "-U",
    server.username,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--locale=C",
    "--encoding=UTF8",
    "--lc-messages=C",
  ];
  const wrapped = user.wrap(postgresBinaries().initdb, args);
  await run(wrapped.command, [...wrapped.args], { cwd: server.folder });
  rmSync(passwordFile);
}

function configure(server: Server, data: string, { certificate, key }: Certificates): void {
  writeFileSync(join(data, "server.crt"), readFileSync(certificate), { mode: 0o600 });
  writeFileSync(join(data, "server.key"), readFileSync(key), { mode: 0o600 });
  const settings = {
    listen_addresses: `'${HOST}'`,
    port: server.port,
    unix_socket_directories: "''",
    ssl: "on",
    log_min_duration_statement: 1000,
    timezone: "'UTC'",
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  writeFileSync(join(data, "postgresql.auto.conf"), `# Written at each start.\n${lines.join("\n")}\n`, {
    mode: 0o600,
  });
  writeFileSync(
    join(data, "pg_hba.conf"),
    `${server.tlsOnly ? "hostssl" : "host"} all all ${HOST}/32 scram-sha-256\n`,
    { mode: 0o600 },
  );
}

/** Which run of a server the pid file speaks of: its process and when that was started. */
function runOf(data: string): string {
  const [pid, , startedAt] = pidFile(data);
  return `${pid} ${startedAt}`;
}

/**
 * The eighth line of its pid file says what the server itself thinks of its state, and it is not ready without its port. A server that was killed thinks what
 * it thought then; the file may not be removed, since the next server finds by it what of the last one still lives.
 */
async function waitUntilReady(
  server: Server,
  data: string,
  lastRun: string,
  start: FirstStart,
): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  while (pidFile(data)[7]?.trim() !== "ready" || runOf(data) === lastRun) {
    start.signal.throwIfAborted();
    if (Date.now() > deadline)
      throw new Error(`${server.name} was not ready within ${READY_WITHIN_MS / 1000} s. Its log says why.`);
    await sleep(25);
  }
}

/** RDS creates the instance's database by itself. */
async function createDatabase(server: Server, { authority }: Certificates): Promise<void> {
  const { default: connect } = await import("postgres");
  const { port, username, password, database } = server;
  const sql = connect({
    host: HOST,
    port,
    username,
    password,
    database: "postgres",
    ssl: { ca: readFileSync(authority) },
    max: 1,
  });
  try {
    const [found] = await sql`select 1 from pg_database where datname = ${database}`;
    if (!found) await sql`create database ${sql(database)}`;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
