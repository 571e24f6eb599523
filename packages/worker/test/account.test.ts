import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { usagePrefix } from "@telecine/core/storage/keys";
import { TaskUsage } from "@telecine/core/usage/task";
import { expect, onTestFinished, test } from "vitest";
import { withAccount } from "../src/usage/account.ts";
import { clip } from "./clips.ts";
import { type Harness, withTask } from "./harness.ts";

const onTrouble = () => undefined;

async function usagesOf({ bucket, ticket }: Pick<Harness, "bucket" | "ticket">): Promise<TaskUsage[]> {
  const folder = join(bucket.root, usagePrefix(ticket));
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (name) => TaskUsage.parse(JSON.parse(await readFile(join(folder, name), "utf8")))),
  );
}

test("a task tells what it has used when it has ended", async () => {
  const source = await clip("wide.mp4");
  const { length: sourceBytes } = await readFile(source);
  await withTask(source, async (task) => {
    const options = { bucket: task.bucket, onTrouble, env: {} };
    const result = await withAccount(task.ticket, options, (bucket) => task.run({ bucket }));
    if (result.outcome !== "ready") throw new Error(result.outcome);
    const made = [...result.renditions, ...result.audio]
      .flatMap(({ init, segments }) => [init, ...segments])
      .reduce((sum, { sizeBytes }) => sum + sizeBytes, result.poster.sizeBytes);
    const [usage, ...others] = await usagesOf(task);
    expect(others).toEqual([]);
    expect(usage?.bytesRead).toBeGreaterThanOrEqual(sourceBytes);
    expect(usage?.bytesWritten).toBeGreaterThanOrEqual(made);
    expect(usage?.cpuSeconds).toBeGreaterThan(0.1);
    expect(Date.parse(usage?.endedAt ?? "")).toBeGreaterThan(Date.parse(usage?.startedAt ?? ""));
    // Outside of ECS nobody knows the size of a task.
    expect(usage?.task).toBeNull();
  });
});

test("a task that fails has told what it used, and one that is at work that it has begun", async () => {
  await withTask(await clip("wide.mp4"), async (task) => {
    const failing = withAccount(task.ticket, { bucket: task.bucket, onTrouble, env: {} }, async () => {
      expect(await usagesOf(task)).toMatchObject([{ endedAt: null }]);
      throw new Error("no disk");
    });
    await expect(failing).rejects.toThrow("no disk");
    expect(await usagesOf(task)).toMatchObject([{ endedAt: expect.any(String) as string }]);
  });
});

test("each try is counted by itself", async () => {
  await withTask(await clip("wide.mp4"), async (task) => {
    const options = { bucket: task.bucket, onTrouble, env: {} };
    for (let turn = 0; turn < 3; turn++) await withAccount(task.ticket, options, () => Promise.resolve());
    expect(await usagesOf(task)).toHaveLength(3);
  });
});

test("in ECS, a task knows its size, and is billed from the pull of its image", async () => {
  const answer = {
    PullStartedAt: "2026-11-28T10:00:00.123456789Z",
    Limits: { CPU: 2, Memory: 4096 },
    Family: "x",
  };
  const server = createServer((request, response) => {
    response.writeHead(request.url === "/v4/task" ? 200 : 404).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  await withTask(await clip("wide.mp4"), async (task) => {
    const env = { ECS_CONTAINER_METADATA_URI_V4: `http://127.0.0.1:${port}/v4` };
    await withAccount(task.ticket, { bucket: task.bucket, onTrouble, env }, () => Promise.resolve());
    expect(await usagesOf(task)).toMatchObject([
      { startedAt: "2026-11-28T10:00:00.123Z", task: { vcpu: 2, memoryGb: 4 } },
    ]);
  });
});

test("what cannot be written down, or asked, does not keep a task from its work", async () => {
  await withTask(await clip("wide.mp4"), async (task) => {
    const troubles: string[] = [];
    const bucket = { ...task.bucket, write: () => Promise.reject(new Error("The bucket is away.")) };
    const options = {
      bucket,
      onTrouble: (_: unknown, message: string) => troubles.push(message),
      env: { ECS_CONTAINER_METADATA_URI_V4: "http://127.0.0.1:1/v4" },
    };
    expect(await withAccount(task.ticket, options, () => Promise.resolve("done"))).toBe("done");
    expect(troubles).toEqual([
      "ECS does not say what task this is",
      "what the task uses was not written down",
      "what the task uses was not written down",
    ]);
  });
});
