import { redis, secrets } from "../support/services.ts";
import { afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { cached, invalidate } from "../../src/cache/cache.ts";
import { closeCache, tryRedis } from "../../src/cache/client.ts";
import { checkHealth } from "../../src/health/health.ts";
import { readProgress, writeProgress } from "../../src/progress/store.ts";
import { CACHE_SECRET } from "../support/links.ts";

beforeEach(closeCache);
afterEach(async () => {
  redis.thaw();
  if ((await tryRedis((client) => client.ping(), { insist: true })) === undefined) await redis.start();
});

let count = 0;
const load = async () => `loaded ${(count += 1)}`;
const read = (subject: string) => cached({ subject, name: "text.1" }, 60, z.string(), load);

async function elapsed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function everything(): Promise<void> {
  const subject = crypto.randomUUID();
  expect(await read(subject)).toMatch(/^loaded/);
  await writeProgress(subject, {
    ...{ attempt: 1, part: 0, weight: 1, phase: "encoding", progress: 0, speed: null, etaSeconds: null },
  });
  expect(await readProgress([subject])).toEqual(new Map());
}

test.each(["dead", "frozen"])(
  "a Redis that is %s costs half a second once, then nothing, and no error",
  async (state) => {
    await read("warm");
    if (state === "dead") await redis.kill();
    else redis.freeze();
    expect(await elapsed(everything)).toBeLessThan(1000);
    expect(await elapsed(everything)).toBeLessThan(300);
    expect(await elapsed(() => invalidate("warm"))).toBeLessThan(1000);
    expect(await checkHealth()).toMatchObject({ status: "degraded", checks: { cache: { status: "down" } } });
  },
);

test("a Redis that comes back is used again, by itself", async () => {
  await redis.kill();
  await read("back");
  await redis.start();
  await expect
    .poll(() => tryRedis((client) => client.ping()), { timeout: 15_000, interval: 100 })
    .toBe("PONG");
});

test("a change while Redis was skipped is not hidden by what it held before", async () => {
  const before = await read("hidden");
  redis.freeze();
  expect(await read("other")).toMatch(/^loaded/);
  redis.thaw();
  await invalidate("hidden");
  await expect.poll(() => read("hidden"), { timeout: 15_000 }).not.toBe(before);
});

test("a password that was rotated is read again", async () => {
  expect(await tryRedis((client) => client.ping())).toBe("PONG");
  await tryRedis((client) => client.config("SET", "requirepass", "rotated"));
  secrets.set(CACHE_SECRET, { authToken: "rotated" });
  await closeCache();
  try {
    expect(await tryRedis((client) => client.ping())).toBe("PONG");
  } finally {
    await tryRedis((client) => client.config("SET", "requirepass", redis.password));
    secrets.set(CACHE_SECRET, { authToken: redis.password });
  }
});
