import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import { Redis } from "ioredis";
import postgres from "postgres";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type DataServersOptions, startDataServers } from "../../src/runner/data-servers.ts";

let folder: string;
let options: DataServersOptions;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "data-servers-"));
  options = {
    stateFolder: folder,
    postgres: { port: await getPort(), username: "owner", password: "secret", database: "things" },
    redis: { port: await getPort() },
    portAdvice: "Use the other port.",
  };
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const connect = () =>
  postgres({ host: "127.0.0.1", ...options.postgres, ssl: false, max: 1, onnotice: () => undefined });

it("PostgreSQL and Redis listen on exactly the given ports, without TLS, and keep their data between runs", async () => {
  const first = await startDataServers(options);
  const sql = connect();
  await sql`create table kept (n int)`;
  await sql`insert into kept values (42)`;
  await sql.end();
  const cache = new Redis(options.redis.port, "127.0.0.1");
  await cache.set("kept", "42");
  cache.disconnect();
  await first.stop();

  const second = await startDataServers(options);
  const again = connect();
  expect(await again`select n from kept`).toEqual([{ n: 42 }]);
  await again.end();
  const cacheAgain = new Redis(options.redis.port, "127.0.0.1");
  expect(await cacheAgain.get("kept")).toBe("42");
  cacheAgain.disconnect();
  await second.stop();
});

it("a port that another program holds is named, with what to do, and nothing is left running", async () => {
  const stranger = createServer().listen(options.redis.port, "127.0.0.1");
  await once(stranger, "listening");
  try {
    await expect(startDataServers(options)).rejects.toThrow(
      `Port ${options.redis.port} is taken by another program. Use the other port.`,
    );
  } finally {
    stranger.close();
    await once(stranger, "close");
  }
  const servers = await startDataServers(options);
  await servers.stop();
});

it("a second run on the same folder is refused", { timeout: 30_000 }, async () => {
  const first = await startDataServers(options);
  await expect(
    startDataServers({
      ...options,
      postgres: { ...options.postgres, port: await getPort() },
      redis: { port: await getPort() },
    }),
  ).rejects.toThrow(/already running/);
  await first.stop();
});
