import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquireLock, AlreadyRunningError } from "../../src/runner/lock.ts";
import { identify, isAlive, signal, startOf } from "../../src/runner/process-identity.ts";
import { openState } from "../../src/runner/state.ts";
import { createTestMachine, type TestMachine, until } from "../machine.ts";

const RUNNER = new URL("./fixtures/runner.ts", import.meta.url).pathname;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "supervisor-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A process that starts a child and a grandchild and tells their ids. */
async function startRunner(): Promise<{ runner: ReturnType<typeof spawn>; pids: number[] }> {
  const runner = spawn(process.execPath, [RUNNER, folder], {
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const output: string[] = [];
  runner.stdout.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  const line = await until("the children", () => /\[.*\]/.exec(output.join(""))?.[0]);
  return { runner, pids: JSON.parse(line) as number[] };
}

describe("children", () => {
  it("end with a runner that is killed, grandchildren too", async () => {
    const { runner, pids } = await startRunner();
    expect(pids).toHaveLength(2);
    expect(pids.every((pid) => startOf(pid) !== undefined)).toBe(true);
    signal(runner.pid ?? 0, "SIGKILL");
    await until("the end of the children", () => pids.every((pid) => startOf(pid) === undefined), 5000);
  });

  it("that outlive both the runner and its janitor are ended by the next start", async () => {
    const { runner, pids } = await startRunner();
    // The whole group, so that the janitor cannot help; it is in a group of its own and is found by its parent.
    const janitors = await childrenOf(runner.pid ?? 0);
    for (const pid of janitors.filter((pid) => !pids.includes(pid))) signal(pid, "SIGKILL");
    signal(runner.pid ?? 0, "SIGKILL");
    await until("the end of the runner", () => startOf(runner.pid ?? 0) === undefined);
    expect(pids.every((pid) => startOf(pid) !== undefined)).toBe(true);
    const next = await startRunner();
    await until("the end of the leftovers", () => pids.every((pid) => startOf(pid) === undefined), 5000);
    signal(next.runner.pid ?? 0, "SIGKILL");
    await until(
      "the end of the next children",
      () => next.pids.every((pid) => startOf(pid) === undefined),
      5000,
    );
  });

  it("that ignore SIGTERM are killed after their grace", async () => {
    const machine = await createTestMachine();
    const output: string[] = [];
    const stubborn = await machine.supervisor.start({
      name: "stubborn",
      command: process.execPath,
      args: [
        "-e",
        "process.on('SIGTERM', () => console.log('no')); console.log('up'); setInterval(() => undefined, 1000)",
      ],
      onOutput: (chunk) => output.push(chunk),
    });
    await until("the start", () => output.join("").includes("up"));
    const exit = await stubborn.stop(0.2);
    expect(exit.signal).toBe("SIGKILL");
    expect(output.join("")).toContain("no");
    await machine.close();
  });

  it("that do not exist are an error that names them", async () => {
    const machine: TestMachine = await createTestMachine();
    await expect(
      machine.supervisor.start({ name: "the missing one", command: "/does/not/exist", args: [] }),
    ).rejects.toThrow(/the missing one could not be started/);
    await machine.close();
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const { readFile } = await import("node:fs/promises");
  return (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8"))
    .trim()
    .split(" ")
    .filter(Boolean)
    .map(Number);
}

describe("the lock of a state folder", () => {
  it("lets a second runner see who holds it and where", async () => {
    const { runner } = await startRunner();
    const state = openState(folder);
    const holder = identify(runner.pid ?? 0);
    state.write("lock.json", { ...holder, url: "http://localhost:3000" });
    await expect(acquireLock(state, 0)).rejects.toThrow(AlreadyRunningError);
    await expect(acquireLock(state, 0)).rejects.toThrow(/http:\/\/localhost:3000/);
    signal(runner.pid ?? 0, "SIGKILL");
    await until("the end of the runner", () => !isAlive(holder));
  });

  it("is free again after its holder was killed, even when another process has its id now", async () => {
    const state = openState(folder);
    state.write("lock.json", { pid: process.pid, start: "another time" });
    const lock = await acquireLock(state);
    lock.release();
    expect(state.read("lock.json")).toBeUndefined();
  });
});
