import "./support/services.ts";
import { afterAll, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { cached, cachedText, invalidate } from "../src/cache/cache.ts";
import { closeCache, tryRedis } from "../src/cache/client.ts";
import { readProgress, writeProgress } from "../src/progress/store.ts";

afterAll(closeCache);

let subject: string;
beforeEach(() => {
  subject = crypto.randomUUID();
});

const read = (load: () => Promise<string | null>) =>
  cached({ subject, name: "text.1" }, 60, z.string(), load);
const never = () => Promise.reject(new Error("It should have been in the cache."));

test("a value is loaded once, until it is invalidated", async () => {
  expect(await read(async () => "first")).toBe("first");
  expect(await read(never)).toBe("first");
  await invalidate(subject);
  expect(await read(async () => "second")).toBe("second");
  expect(await read(never)).toBe("second");
});

test("callers at the same time share one load", async () => {
  let loads = 0;
  const gate = Promise.withResolvers<string>();
  const load = () => {
    loads += 1;
    return gate.promise;
  };
  const all = Promise.all([read(load), read(load), read(load)]);
  gate.resolve("shared");
  expect(await all).toEqual(["shared", "shared", "shared"]);
  expect(loads).toBe(1);
});

test("a load that fails is not shared with those who come later", async () => {
  await expect(read(() => Promise.reject(new Error("broken")))).rejects.toThrow("broken");
  expect(await read(async () => "mended")).toBe("mended");
});

test("what was loaded before a change is never read after it", async () => {
  const begun = Promise.withResolvers<undefined>();
  const gate = Promise.withResolvers<string>();
  const slow = read(() => {
    begun.resolve(undefined);
    return gate.promise;
  });
  await begun.promise;
  await invalidate(subject);
  const after = read(async () => "new");
  gate.resolve("old");
  expect(await slow).toBe("old");
  expect(await after).toBe("new");
  expect(await read(never)).toBe("new");
});

test("nothing is no value: it is looked for again", async () => {
  expect(await read(async () => null)).toBeNull();
  expect(await read(async () => "there now")).toBe("there now");
});

test("an entry of another shape is loaded anew", async () => {
  await cached({ subject, name: "number.1" }, 60, z.unknown(), async () => "no number");
  expect(await cached({ subject, name: "number.1" }, 60, z.number(), async () => 5)).toBe(5);
});

test("a text is kept as it is, until it is invalidated", async () => {
  const readText = (load: () => Promise<string>) => cachedText({ subject, name: "as-it-is.1" }, 60, load);
  expect(await readText(async () => '7 "quoted" ü')).toBe('7 "quoted" ü');
  expect(await readText(never)).toBe('7 "quoted" ü');
  await invalidate(subject);
  expect(await readText(async () => "")).toBe("");
  expect(await readText(never)).toBe("");
});

test("progress is read for many videos at once, and is forgotten by itself", async () => {
  const [first, second, third] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const progress = { attempt: 1, phase: "encoding", progress: 0.5, speed: 1.2, etaSeconds: 9 } as const;
  const whole = { ...progress, part: 0, weight: 1 };
  await writeProgress(first, whole);
  await writeProgress(third, { ...whole, progress: 0.7 });
  await tryRedis((redis) => redis.hset(`progress:${second}:parts`, "0", "{"));
  expect(await readProgress([first, second, third])).toEqual(
    new Map([
      [first, progress],
      [third, { ...progress, progress: 0.7 }],
    ]),
  );
  const seconds = await tryRedis((redis) => redis.ttl(`progress:${first}:parts`));
  expect(seconds).toBeGreaterThan(590);
  expect(seconds).toBeLessThanOrEqual(600);
});
