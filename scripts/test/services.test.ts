import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect as connectTo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "@telecine/core/database/connection";
import getPort from "get-port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { root } from "../lib/folders.ts";

interface Run {
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  readonly ended: Promise<[number | null]>;
}

const running: Run[] = [];
let data: string;
let ports: { database: number; cache: number };

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), "services-"));
  ports = { database: await getPort(), cache: await getPort() };
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) interrupt(child);
    await ended;
  }
  rmSync(data, { recursive: true, force: true });
});

/** As a developer runs it, and `sst dev` does: by npm, in a group of its own. */
function run(...args: string[]): Run {
  const child = spawn("npm", ["run", "--silent", "services", "--", "--data", data, ...args], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...process.env,
      TELECINE_DATABASE_PORT: String(ports.database),
      TELECINE_CACHE_PORT: String(ports.cache),
    },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  const started: Run = { child, output, ended: once(child, "close") as Promise<[number | null]> };
  running.push(started);
  return started;
}

/** Ctrl-C in a terminal: the whole foreground group gets the signal. */
function interrupt(child: ChildProcess): void {
  process.kill(-(child.pid ?? 0), "SIGINT");
}

describe("npm run services", () => {
  it("serves a migrated PostgreSQL and a Redis, says where as JSON, and Ctrl-C ends both", async () => {
    const { child, output, ended } = run("--json");
    await expect.poll(() => output.stdout, { timeout: 60_000 }).toMatch(/\n$/);
    const said = JSON.parse(output.stdout) as {
      database: { host: string; port: number; username: string; password: string; database: string };
      cache: { host: string; port: number };
      applied: string[];
    };
    expect(said.database.port).toBe(ports.database);
    expect(said.applied).toEqual(migrations());

    const connection = await connect({ ...said.database, tls: false });
    expect(await connection.query("select count(*)::int as n from videos", [], "objects")).toEqual([
      { n: 0 },
    ]);
    await connection.close();
    expect(await ask(said.cache.port, "PING\r\n")).toBe("+PONG\r\n");

    interrupt(child);
    await ended;
    for (const port of Object.values(ports)) await expect(ask(port, "")).rejects.toThrow("ECONNREFUSED");
  });

  it("names the port that another program holds, and the variable that moves it", async () => {
    const stranger = createServer().listen(ports.database, "127.0.0.1");
    await once(stranger, "listening");
    const { output, ended } = run();
    const [code] = await ended;
    stranger.close();
    expect(code).toBe(1);
    expect(output.stderr).toContain(`Port ${ports.database} is taken`);
    expect(output.stderr).toContain("TELECINE_DATABASE_PORT");
  });

  it("refuses a port that is none", async () => {
    ports.cache = 99_999;
    const { output, ended } = run();
    expect((await ended)[0]).toBe(1);
    expect(output.stderr).toContain('TELECINE_CACHE_PORT is "99999"');
  });
});

/** The names of the migrations, from their files. */
function migrations(): string[] {
  return readdirSync(join(root, "packages/core/migrations"))
    .filter((name) => name.endsWith(".sql"))
    .map((name) => name.replace(/\.sql$/, ""))
    .sort();
}

/** The first words that a server answers with. */
async function ask(port: number, question: string): Promise<string> {
  const socket = connectTo(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(question);
  const [answer] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return answer.toString();
}
