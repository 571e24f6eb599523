import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./postgres.ts";

/** A real Redis on a free port, with a password, that keeps nothing. */
export interface TestRedis {
  readonly host: string;
  readonly port: number;
  readonly password: string;
  freeze(): void;
  thaw(): void;
  kill(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

export async function startRedis(password = "redis-test-password"): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "telecine-redis-"));
  const port = await freePort();
  const flags = ["--port", String(port), "--bind", "127.0.0.1", "--requirepass", password];
  const launch = () => spawn("redis-server", [...flags, "--save", "", "--dir", folder], { stdio: "ignore" });
  let child: ReturnType<typeof launch> | undefined;

  const redis: TestRedis = {
    host: "127.0.0.1",
    port,
    password,
    freeze: () => child?.kill("SIGSTOP"),
    thaw: () => child?.kill("SIGCONT"),
    async kill() {
      if (child?.exitCode !== null || child.signalCode !== null) return;
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
    },
    async start() {
      child = launch();
      await untilListening(port);
    },
    async dispose() {
      await redis.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  // A run that ends without its afterAll leaves no server behind either.
  process.once("exit", () => child?.kill("SIGKILL"));
  await redis.start();
  return redis;
}

async function untilListening(port: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  for (;;) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      socket.destroy();
    }
  }
}
