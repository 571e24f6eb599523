import type { z } from "zod";
import { parseJson } from "../util/json.ts";
import { log } from "../util/log.ts";
import { tryRedis } from "./client.ts";
import { forget } from "./memory.ts";

export interface CacheKey {
  /** Whose change makes the entry old: a video's id. */
  readonly subject: string;
  /** What is held of it, with the version of its shape, such as `video.1`: a new shape never meets old entries. */
  readonly name: string;
}

/** Counters outlive every entry that was written under them. */
const COUNTER_SECONDS = 24 * 3600;

const flights = new Map<string, Promise<unknown>>();

/** How a value becomes the text of an entry, and the other way round: undefined where the text is of another shape. */
interface Coding<Value> {
  readonly write: (value: Value) => string;
  readonly read: (text: string) => Value | undefined;
}

const AS_IT_IS: Coding<string> = { write: (text) => text, read: (text) => text };

/**
 * A value from Redis, or loaded and kept there for `ttlSeconds`. Callers that ask at the same time share one load. Null is
 * not kept. Without Redis every call loads.
 */
export function cached<Schema extends z.ZodType>(
  key: CacheKey,
  ttlSeconds: number,
  schema: Schema,
  load: () => Promise<z.output<Schema> | null>,
): Promise<z.output<Schema> | null> {
  const coding = { write: JSON.stringify, read: (text: string) => parseJson(text, schema) };
  return shared(key, () => readThrough(key, ttlSeconds, coding, load));
}

/** The same of a text, which is kept as it is. */
export function cachedText(key: CacheKey, ttlSeconds: number, load: () => Promise<string>): Promise<string> {
  return shared(key, () => readThrough<string, never>(key, ttlSeconds, AS_IT_IS, load));
}

/** One reading at a time for all who ask for the same. */
function shared<Value>(key: CacheKey, read: () => Promise<Value>): Promise<Value> {
  const name = `${key.subject}:${key.name}`;
  const flight = flights.get(name);
  if (flight) return flight as Promise<Value>;
  const started = read();
  flights.set(name, started);
  return started.finally(() => {
    if (flights.get(name) === started) flights.delete(name);
  });
}

/** Makes all entries of a subject old. Call it after the commit. */
export async function invalidate(subject: string): Promise<void> {
  // Who asks from now on must not join a load that began before the change.
  for (const name of flights.keys()) if (name.startsWith(`${subject}:`)) flights.delete(name);
  forget(subject);
  const counter = counterKey(subject);
  await tryRedis((redis) => redis.multi().incr(counter).expire(counter, COUNTER_SECONDS).exec(), {
    insist: true,
  });
}

/**
 * An entry begins with the counter under which it was loaded, and counts while that is the counter: one round trip reads
 * both. The counter is read before the load, so what is loaded before a change is never read after it.
 */
async function readThrough<Value, None extends null>(
  { subject, name }: CacheKey,
  ttlSeconds: number,
  coding: Coding<Value>,
  load: () => Promise<Value | None>,
): Promise<Value | None> {
  const entry = `cache:${name}:${subject}`;
  const held = await tryRedis((redis) => Promise.all([redis.get(counterKey(subject)), redis.get(entry)]));
  if (!held) return load();
  const [counter, kept] = held;
  const mark = `${counter ?? 0} `;
  if (kept?.startsWith(mark)) {
    const value = coding.read(kept.slice(mark.length));
    if (value !== undefined) return value;
    log.warn({ entry }, "An entry of another shape: its name should have changed with it");
  }
  const value = await load();
  if (value !== null) {
    const text = mark + coding.write(value);
    await tryRedis((redis) => redis.set(entry, text, "EX", ttlSeconds));
  }
  return value;
}

function counterKey(subject: string): string {
  return `version:${subject}`;
}
