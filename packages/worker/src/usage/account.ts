import { randomUUID } from "node:crypto";
import { usagePrefix } from "@telecine/core/storage/keys";
import type { TaskTicket } from "@telecine/core/task/contract";
import type { TaskUsage } from "@telecine/core/usage/task";
import type { Bucket } from "../storage/bucket.ts";
import { cpuSeconds } from "./cpu.ts";
import { type EcsTask, ecsTask } from "./ecs.ts";
import { metered } from "./metered.ts";

/** A task that is asked to stop has half a minute for everything (ECS). */
const WRITE_TIMEOUT_MS = 5_000;

export interface AccountOptions {
  readonly bucket: Bucket;
  readonly onTrouble: (error: unknown, message: string) => void;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a task with a bucket that is counted, and keeps a document about what the task uses: from the beginning on, so that one
 * that is killed has been seen, and whole when it ends, however it ends. Trouble with it is no trouble of the task.
 */
export async function withAccount<Result>(
  ticket: TaskTicket,
  { bucket, onTrouble, env = process.env }: AccountOptions,
  run: (bucket: Bucket) => Promise<Result>,
): Promise<Result> {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  const ecs = await ecsTask(env).catch((error: unknown) => {
    onTrouble(error, "ECS does not say what task this is");
    return undefined;
  });
  const counted = metered(bucket);
  const key = `${usagePrefix(ticket)}${randomUUID()}.json`;
  const write = async (endedAt: string | null) => {
    const usage = usageOf(ecs, startedAt, endedAt, counted.traffic);
    await writeUsage(bucket, key, usage).catch((error: unknown) => {
      onTrouble(error, "what the task uses was not written down");
    });
  };
  await write(null);
  try {
    return await run(counted.bucket);
  } finally {
    await write(new Date().toISOString());
  }
}

function usageOf(
  ecs: EcsTask | undefined,
  startedAt: string,
  endedAt: string | null,
  traffic: { readonly bytesRead: number; readonly bytesWritten: number },
): TaskUsage {
  return {
    startedAt: ecs?.pullStartedAt ?? startedAt,
    endedAt,
    task: ecs?.size ?? null,
    cpuSeconds: Math.round(cpuSeconds() * 100) / 100,
    ...traffic,
  };
}

async function writeUsage(bucket: Bucket, key: string, usage: TaskUsage): Promise<void> {
  const body = new TextEncoder().encode(JSON.stringify(usage));
  // Of its own: the task's signal may be why it ends.
  const signal = AbortSignal.timeout(WRITE_TIMEOUT_MS);
  await bucket.write(key, body, { contentType: "application/json" }, signal);
}
