import type { z } from "zod";
import { parseJson } from "../util/json.ts";
import { log } from "../util/log.ts";
import { tryRedis } from "./client.ts";

export interface CacheKey {
  /** Whose change makes the entry old: a video's id. */
  readonly subject: string;
  /** What is held of it, with the version of its shape, such as `video.1`: a new shape never meets old entries. */
  readonly name: string;
}

/** Counters outlive every entry that was written under them. */
const COUNTER_SECONDS = 24 * 3600;

const flights = new Map<string, Promise<unknown>>();

/**
 * A value from Redis, or loaded and kept there for `ttlSeconds`. Callers that ask at the same time share one load. Null is
 * not kept. Without Redis every call loads.
 */
export async function cached<Schema extends z.ZodType>(
  key: CacheKey,
  ttlSeconds: number,
  schema: Schema,
  load: () => Promise<z.output<Schema> | null>,
): Promise<z.output<Schema> | null> {
  const name = `${key.subject}:${key.name}`;
  const flight = flights.get(name);
  if (flight) return flight as Promise<z.output<Schema> | null>;
  const started = readThrough(key, ttlSeconds, schema, load);
  flights.set(name, started);
  return started.finally(() => {
    if (flights.get(name) === started) flights.delete(name);
  });
}

/** Makes all entries of a subject old. Call it after the commit. */
export async function invalidate(subject: string): Promise<void> {
  // Who asks from now on must not join a load that began before the change.
  for (const name of flights.keys()) if (name.startsWith(`${subject}:`)) flights.delete(name);
  const counter = counterKey(subject);
  await tryRedis((redis) => redis.multi().incr(counter).expire(counter, COUNTER_SECONDS).exec(), {
    insist: true,
  });
}

/** The counter is read before the load: what is loaded before a change is kept under a counter nobody reads after it. */
async function readThrough<Schema extends z.ZodType>(
  key: CacheKey,
  ttlSeconds: number,
  schema: Schema,
  load: () => Promise<z.output<Schema> | null>,
): Promise<z.output<Schema> | null> {
  const counter = await tryRedis((redis) => redis.get(counterKey(key.subject)));
  if (counter === undefined) return load();
  const entry = `cache:${key.name}:${key.subject}:${counter ?? 0}`;
  const held = parse(await tryRedis((redis) => redis.get(entry)), schema, entry);
  if (held !== undefined) return held;
  const value = await load();
  if (value !== null) await tryRedis((redis) => redis.set(entry, JSON.stringify(value), "EX", ttlSeconds));
  return value;
}

function parse<Schema extends z.ZodType>(text: string | null | undefined, schema: Schema, entry: string) {
  if (text === null || text === undefined) return undefined;
  const value = parseJson(text, schema);
  if (value === undefined)
    log.warn({ entry }, "An entry of another shape: its name should have changed with it");
  return value;
}

function counterKey(subject: string): string {
  return `version:${subject}`;
}
