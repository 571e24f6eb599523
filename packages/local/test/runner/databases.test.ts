import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Machine } from "../../src/emulator/emulator.ts";
import { startServer } from "../../src/emulator/postgres/server.ts";
import { redis } from "../../src/emulator/redis/redis.ts";
import { startServer as startRedis } from "../../src/emulator/redis/server.ts";
import type { Ports } from "../../src/runner/ports.ts";
import { signal, startOf } from "../../src/runner/process-identity.ts";
import type { Graph } from "../../src/synth/graph.ts";
import { createTestMachine, type TestMachine, until } from "../machine.ts";

let machine: TestMachine;

beforeEach(async () => {
  machine = await createTestMachine();
});
afterEach(() => machine.close());

describe("PostgreSQL", () => {
  const describeServer = async () => ({
    name: "postgres-Test",
    folder: machine.state.folder("postgres"),
    port: await machine.ports.take("postgres"),
    username: "owner",
    password: 'it\'s "secret"',
    database: "things",
    tlsOnly: true,
  });
  const connect = (server: Awaited<ReturnType<typeof describeServer>>, options: object = {}) =>
    postgres({
      host: "127.0.0.1",
      ...server,
      ssl: { ca: readFileSync(machine.certificates.authority) },
      max: 1,
      onnotice: () => undefined,
      ...options,
    });

  it("is version 16 with the declared database and user, and keeps its data between runs", async () => {
    const server = await describeServer();
    const first = await startServer(server, machine);
    const sql = connect(server);
    const [row] = await sql<
      { version: string; name: string; who: string }[]
    >`select version(), current_database() as name, current_user as who`;
    expect(row?.version).toMatch(/^PostgreSQL 16\./);
    expect(row).toMatchObject({ name: "things", who: "owner" });
    await sql`create table kept (n int)`;
    await sql`insert into kept values (42)`;
    await sql.end();
    await first.stop();

    const second = await startServer(server, machine);
    const again = connect(server);
    expect(await again`select n from kept`).toEqual([{ n: 42 }]);
    await again.end();
    await second.stop();
  });

  it("refuses a wrong password and a connection without TLS", async () => {
    const server = await describeServer();
    const running = await startServer(server, machine);
    await expect(connect(server, { password: "wrong" })`select 1`).rejects.toMatchObject({ code: "28P01" });
    await expect(connect(server, { ssl: false })`select 1`).rejects.toMatchObject({ code: "28000" });
    await running.stop();
  });

  it("comes back by itself, with all that was committed, after it was killed", async () => {
    const server = await describeServer();
    const running = await startServer(server, machine);
    const sql = connect(server);
    await sql`create table kept (n int)`;
    await sql`insert into kept values (7)`;
    await sql.end();
    const pid = Number(readFileSync(join(server.folder, "data", "postmaster.pid"), "utf8").split("\n")[0]);
    signal(pid, "SIGKILL");
    const rows = await until("the restart", async () => {
      const attempt = connect(server, { connect_timeout: 1 });
      try {
        return await attempt`select n from kept`;
      } catch {
        return undefined;
      } finally {
        await attempt.end({ timeout: 0 });
      }
    });
    expect(rows).toEqual([{ n: 7 }]);
    expect(machine.entries.some(({ level, message }) => level === "warn" && message.includes("ended"))).toBe(
      true,
    );
    await running.stop();
  });

  it("that was killed together with its machine is waited for by the next one", async () => {
    const server = await describeServer();
    const lost = await createTestMachine();
    // That machine restarts nothing any more once it is lost, and holds no port for what it would start.
    const ports: Ports = { ...machine.ports, hold: async () => undefined };
    await startServer(server, { ...lost, ports, certificates: machine.certificates });
    const data = join(server.folder, "data");
    const file = readFileSync(join(data, "postmaster.pid"), "utf8");
    const pid = Number(file.split("\n")[0]);
    lost.supervisor.start = async () => new Promise(() => undefined);
    signal(pid, "SIGKILL");
    await until("the end of the server", () => startOf(pid) === undefined);
    expect(readFileSync(join(data, "postmaster.pid"), "utf8")).toBe(file); // and it says `ready`

    const running = await startServer(server, machine);
    const sql = connect(server);
    expect(await sql`select 1 as one`).toEqual([{ one: 1 }]);
    await sql.end();
    await running.stop();
    await lost.close();
  });

  it("ends nobody else whose process has the number of a server that is gone", async () => {
    const server = await describeServer();
    await (await startServer(server, machine)).stop();
    const stranger = spawn("sleep", ["100"]);
    writeFileSync(
      join(server.folder, "data", "postmaster.pid"),
      [stranger.pid, join(server.folder, "data"), 1, server.port, "", "", "", "ready"].join("\n"),
    );
    await (await startServer(server, machine)).stop();
    expect(startOf(stranger.pid ?? 0)).toBeDefined();
    stranger.kill();
  });

  it("that loses its port to another program says which one, and leaves no server behind", async () => {
    const server = await describeServer();
    await machine.ports.release(server.port);
    const stranger = createServer().listen(server.port, "127.0.0.1");
    await once(stranger, "listening");
    await expect(startServer(server, machine)).rejects.toThrow(
      `Port ${server.port} is taken by another program.`,
    );
    expect(existsSync(join(server.folder, "data", "postmaster.pid"))).toBe(false);
    stranger.close();
  });

  it("that cannot become what is asked for leaves no server behind", async () => {
    const server = await describeServer();
    await (await startServer(server, machine)).stop();
    const data = join(server.folder, "data");
    await expect(startServer({ ...server, password: "another" }, machine)).rejects.toMatchObject({
      code: "28P01",
    });
    expect(existsSync(join(data, "postmaster.pid"))).toBe(false);
  });
});

describe("Redis", () => {
  it("speaks TLS only, asks for the auth token, and comes back after it was killed", async () => {
    const group = {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      name: "Test",
      inputs: { clusterMode: "disabled", transitEncryptionEnabled: true, authToken: "t0k&n#$<>" },
    };
    const outputs = await redis.complete?.[group.type]?.(group, machine as unknown as Machine);
    const graph = { resources: [{ ...group, outputs }] } as unknown as Graph;
    const running = await redis.start(graph, machine as unknown as Machine);
    const port = outputs?.port as number;
    const client = new Redis({
      host: "127.0.0.1",
      port,
      password: "t0k&n#$<>",
      tls: { ca: readFileSync(machine.certificates.authority) },
      retryStrategy: () => 50,
      maxRetriesPerRequest: null,
    });
    client.on("error", () => undefined);
    expect(await client.set("a", "1")).toBe("OK");
    const info = await client.info("server");
    signal(Number(/process_id:(\d+)/.exec(info)?.[1]), "SIGKILL");
    expect(await client.ping()).toBe("PONG");
    client.disconnect();

    const stranger = new Redis({
      host: "127.0.0.1",
      port,
      tls: { ca: readFileSync(machine.certificates.authority) },
      retryStrategy: () => null,
      lazyConnect: true,
    });
    stranger.on("error", () => undefined);
    await expect(stranger.get("a")).rejects.toThrow(/NOAUTH/);
    stranger.disconnect();
    await running.stop();
  });

  it("does not take a stranger's Redis on its port for its own, and says which port it is", async () => {
    const describeRedis = (name: string, port: number) => ({
      name,
      folder: machine.state.folder(name),
      port,
      tls: false,
    });
    const port = await machine.ports.take("redis");
    const stranger = await startRedis(describeRedis("stranger", port), machine);
    await expect(startRedis(describeRedis("ours", port), machine)).rejects.toThrow(
      `Port ${port} is taken by another program.`,
    );
    const client = new Redis(port, "127.0.0.1");
    expect(await client.ping()).toBe("PONG"); // which is left alone
    client.disconnect();
    await stranger.stop();
  });

  it("refuses cluster mode by the name of the group", async () => {
    const group = {
      type: "aws:elasticache/replicationGroup:ReplicationGroup",
      name: "Sharded",
      inputs: { clusterMode: "enabled" },
    };
    await expect(redis.complete?.[group.type]?.(group, machine as unknown as Machine)).rejects.toThrow(
      /Sharded/,
    );
  });
});
