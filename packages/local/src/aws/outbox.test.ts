import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeClock } from "../../test/aws/endpoint.ts";
import { type Database, openDatabase } from "./database.ts";
import { createOutbox, type Delivery, OUTBOX_SCHEMA, type OutboxOptions } from "./outbox.ts";

let folder: string;
let database: Database;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outbox-"));
  database = openDatabase(join(folder, "index.sqlite"), OUTBOX_SCHEMA);
});

afterEach(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

const clock = fakeClock();
const turn = () => new Promise((resolve) => setImmediate(resolve));

function open(options: Partial<OutboxOptions>) {
  const log: string[] = [];
  const outbox = createOutbox({
    database,
    clock,
    log: ({ level, message }) => void log.push(`${level}: ${message}`),
    source: "test",
    concurrency: 2,
    deliver: async () => undefined,
    retryDelayMs: (failures) => (failures < 3 ? failures * 1000 : undefined),
    ...options,
  });
  return { outbox, log };
}

test("a message waits for the start, goes out once, and is forgotten", async () => {
  const delivered: Delivery[] = [];
  const { outbox } = open({ deliver: async (delivery) => void delivered.push(delivery) });
  outbox.add({ target: "t", payload: "1" });
  outbox.wake();
  await turn();
  expect(delivered).toEqual([]);
  outbox.start();
  await turn();
  outbox.wake();
  await turn();
  expect(delivered).toEqual([{ target: "t", payload: "1" }]);
  expect(outbox.size()).toBe(0);
});

test("a refused message is tried again after each delay, and given up aloud after the last", async () => {
  let attempts = 0;
  const deliver = async () => {
    attempts++;
    throw new Error("The target is down.");
  };
  const { outbox, log } = open({ deliver });
  outbox.add({ target: "arn:x", payload: "1" });
  outbox.start();
  const counts: number[] = [];
  for (const delayMs of [0, 999, 1, 1999, 1, 10_000]) {
    clock.advance(delayMs);
    await turn();
    counts.push(attempts);
  }
  expect(counts).toEqual([1, 1, 2, 2, 3, 3]);
  expect(outbox.size()).toBe(0);
  expect(log).toEqual([
    "warn: A message to arn:x could not be delivered: The target is down. It is tried again in 1 s.",
    "warn: A message to arn:x could not be delivered: The target is down. It is tried again in 2 s.",
    "error: A message to arn:x could not be delivered: The target is down. It is given up.",
  ]);
});

test("a message that waits for its retry holds no other up, and no more run at once than allowed", async () => {
  const running: string[] = [];
  const finish: (() => void)[] = [];
  const deliver = ({ payload }: Delivery) => {
    if (payload === "bad") return Promise.reject(new Error("no"));
    running.push(payload);
    return new Promise<void>((resolve) => finish.push(resolve));
  };
  const { outbox } = open({ deliver });
  for (const payload of ["bad", "1", "2", "3"]) outbox.add({ target: "t", payload });
  outbox.start();
  await turn();
  expect(running).toEqual(["1", "2"]);
  finish[0]?.();
  await turn();
  expect(running).toEqual(["1", "2", "3"]);
});

test("what was not accepted before the end is delivered after the next start", async () => {
  const first = open({ deliver: () => new Promise<void>(() => undefined) });
  first.outbox.add({ target: "t", payload: "1" });
  first.outbox.start();
  await turn();
  await first.outbox.close(1);
  const delivered: string[] = [];
  const second = open({ deliver: async ({ payload }) => void delivered.push(payload) });
  second.outbox.start();
  await turn();
  expect(delivered).toEqual(["1"]);
});

test("a delivery that ends within the grace of closing is not repeated", async () => {
  let finish: () => void = () => undefined;
  const { outbox } = open({ deliver: () => new Promise<void>((resolve) => (finish = resolve)) });
  outbox.add({ target: "t", payload: "1" });
  outbox.start();
  await turn();
  const closed = outbox.close(10_000);
  finish();
  await closed;
  expect(outbox.size()).toBe(0);
});
