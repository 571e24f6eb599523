import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createId } from "@telecine/core/util/id";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { clip } from "./clips.ts";
import { folderBucket, type FolderBucket, offer, readResult } from "./folder-bucket.ts";
import { childrenOf } from "./processes.ts";

const ticket = { videoId: createId("video"), attempt: 1 };
let root: string;
let bucket: FolderBucket;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "telecine-stop-test-"));
  bucket = folderBucket(join(root, "bucket"));
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

/** Starts the worker as ECS does: as a process, told by its environment. */
function start(): ChildProcess {
  const env = {
    ...process.env,
    TASK_INPUT: JSON.stringify(ticket),
    BUCKET: bucket.root,
    WORK_DIR: join(root, "work"),
    LOG_LEVEL: "silent",
  };
  return spawn(process.execPath, [fileURLToPath(new URL("fixtures/task.ts", import.meta.url))], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
}

/** Waits until the encode has made frames, and gives the processes that are at work under the worker. */
async function untilEncoding(worker: ChildProcess): Promise<number[]> {
  if (!worker.stdout) throw new Error("started with a pipe");
  let encoding = false;
  for await (const line of createInterface({ input: worker.stdout })) {
    if (line === "phase encoding") encoding = true;
    if (encoding && line.startsWith("progress ") && line !== "progress 0") return childrenOf(worker.pid ?? 0);
  }
  throw new Error("The worker ended before it encoded.");
}

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

async function untilGone(pids: number[], deadlineMs: number): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (pids.some(isAlive)) {
    if (performance.now() > end)
      throw new Error(`Still alive after ${deadlineMs} ms: ${pids.filter(isAlive).join()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Segments may lie in the attempt's folder of the bucket, which goes with the attempt; nothing tells of them. */
const told = () => readResult(bucket, ticket);

describe("a worker in the middle of an encode", { timeout: 120_000 }, () => {
  it.each(["SIGTERM", "SIGINT"] as const)(
    "that gets %s exits with 143 in time and leaves neither processes nor files nor a result",
    async (signal) => {
      await offer(bucket, ticket, await clip("long.mp4"));
      const worker = start();
      const atWork = await untilEncoding(worker);
      expect(atWork.length).toBeGreaterThan(0);
      const stoppedAt = performance.now();
      worker.kill(signal);
      await once(worker, "exit");
      expect(worker.exitCode).toBe(143);
      expect(performance.now() - stoppedAt).toBeLessThan(10_000);
      await untilGone(atWork, 0);
      await expect(told()).rejects.toThrow("ENOENT");
      expect(await readdir(join(root, "work"))).toEqual([]);
    },
  );

  it("that is killed leaves no ffmpeg, and the next one cleans up and succeeds", async () => {
    await offer(bucket, ticket, await clip("long.mp4"));
    const killed = start();
    const atWork = await untilEncoding(killed);
    expect(atWork.length).toBeGreaterThan(0);
    killed.kill("SIGKILL");
    await once(killed, "exit");
    await untilGone(atWork, 5_000);
    await expect(told()).rejects.toThrow("ENOENT");
    expect(await readdir(join(root, "work"))).toHaveLength(1);

    const next = start();
    next.stdout?.resume();
    await once(next, "exit");
    expect(next.exitCode).toBe(0);
    expect(await told()).toMatchObject({ outcome: "ready" });
    expect(await readdir(join(root, "work"))).toEqual([]);
  });
});
