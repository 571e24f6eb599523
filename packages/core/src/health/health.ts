import { pingRedis } from "../cache/client.ts";
import { db } from "../database/client.ts";
import { withPatience } from "../database/patience.ts";
import { read } from "../database/transaction.ts";
import { log } from "../util/log.ts";
import { videoTable } from "../video/video.sql.ts";

/** No check takes longer: load balancers and people give up soon after. */
const DEADLINE_SECONDS = 1.5;

export interface Check {
  readonly status: "ok" | "down";
  readonly latencyMs: number;
}

export interface Health {
  /** `degraded`: everything works, slower. `down`: next to nothing does. */
  readonly status: "ok" | "degraded" | "down";
  readonly checks: { readonly database: Check; readonly cache: Check };
}

/** A database without our tables answers, and yet is of no use. */
const askForVideo = () => db.select({ id: videoTable.id }).from(videoTable).limit(1);

/** Asks the database and the cache for a sign of life, both at once. Never rejects. */
export async function checkHealth(): Promise<Health> {
  const [database, cache] = await Promise.all([
    check("database", () => withPatience(DEADLINE_SECONDS, () => read(askForVideo))),
    check("cache", () => pingRedis(DEADLINE_SECONDS * 1000)),
  ]);
  if (database.status === "down") return { status: "down", checks: { database, cache } };
  return { status: cache.status === "down" ? "degraded" : "ok", checks: { database, cache } };
}

async function check(name: string, ask: () => Promise<unknown>): Promise<Check> {
  const start = performance.now();
  const latencyMs = () => Math.round(performance.now() - start);
  try {
    await ask();
    return { status: "ok", latencyMs: latencyMs() };
  } catch (error) {
    log.warn({ err: error, check: name }, "A health check failed");
    return { status: "down", latencyMs: latencyMs() };
  }
}
