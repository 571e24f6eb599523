import { Redis } from "ioredis";
import { Resource } from "sst";
import { z } from "zod";
import { forgetSecret, readSecret } from "../secret/secret.ts";
import { log } from "../util/log.ts";

const Credentials = z.object({ authToken: z.string() });

/** What a caller waits for Redis: what it saves is a few milliseconds. */
const DEADLINE_MS = 500;
/** How long Redis is left alone after it did not answer. */
const PAUSE_MS = 5000;

let client: Promise<Redis> | undefined;
let skipUntilMs = 0;

/**
 * Runs commands against Redis, which holds no truth. Gives undefined when it does not answer: the caller goes on without
 * it. After a failure it is skipped for five seconds, so an outage costs one caller half a second, not all of them.
 * `insist` asks even then: for what must not be left out while Redis may be back.
 */
export async function tryRedis<Result>(
  run: (redis: Redis) => Promise<Result>,
  { insist = false } = {},
): Promise<Result | undefined> {
  if (!insist && Date.now() < skipUntilMs) return undefined;
  const tripped = skipUntilMs > 0;
  // One caller tries whether it is back; the others go on skipping it.
  if (tripped) skipUntilMs = Date.now() + PAUSE_MS;
  try {
    const result = await within(DEADLINE_MS, withFreshPassword(run));
    skipUntilMs = 0;
    return result;
  } catch (error) {
    if (!tripped) log.warn({ err: error }, "Redis does not answer: going on without it");
    skipUntilMs = Date.now() + PAUSE_MS;
    return undefined;
  }
}

/** Milliseconds that Redis took to answer. Rejects when it does not within `deadlineMs`. */
export async function pingRedis(deadlineMs: number): Promise<number> {
  const start = performance.now();
  await within(
    deadlineMs,
    withFreshPassword((redis) => redis.ping()),
  );
  return performance.now() - start;
}

export async function closeCache(): Promise<void> {
  const open = client;
  client = undefined;
  skipUntilMs = 0;
  (await open)?.disconnect();
}

/** A password that is refused may have been rotated: it is read again, once. */
async function withFreshPassword<Result>(run: (redis: Redis) => Promise<Result>): Promise<Result> {
  try {
    return await run(await connection());
  } catch (error) {
    if (!(error instanceof Error) || !/^(WRONGPASS|NOAUTH|ERR invalid password)/.test(error.message))
      throw error;
    forgetSecret(Resource.Cache.secretArn);
    await closeCache();
    return run(await connection());
  }
}

function connection(): Promise<Redis> {
  if (client) return client;
  const opening = open();
  client = opening;
  // A failed beginning is not kept: the next caller begins anew.
  opening.catch(() => {
    if (client === opening) client = undefined;
  });
  return opening;
}

async function open(): Promise<Redis> {
  const { host, port, secretArn, tls } = Resource.Cache;
  const { authToken } = await readSecret(secretArn, Credentials);
  const redis = new Redis({
    host,
    port,
    ...(authToken ? { password: authToken } : {}),
    ...(tls ? { tls: {} } : {}),
    maxRetriesPerRequest: 1,
    connectTimeout: 3000,
    commandTimeout: 2000,
    enableAutoPipelining: true,
    retryStrategy: (times) => Math.min(100 * times, 1000),
    // After a failover the old address may lead to a replica: connect anew and repeat. All our commands may be repeated.
    reconnectOnError: (error) => (/^(READONLY|LOADING|UNBLOCKED)/.test(error.message) ? 2 : false),
  });
  // Commands reject with what went wrong; without a listener the library would also print it.
  redis.on("error", (error) => {
    log.debug({ err: error }, "Redis connection");
  });
  return redis;
}

async function within<Result>(deadlineMs: number, work: Promise<Result>): Promise<Result> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`Redis did not answer within ${deadlineMs} ms.`));
  }, deadlineMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
