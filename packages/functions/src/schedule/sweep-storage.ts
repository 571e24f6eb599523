import { sweepStorage, type SweptStorage } from "@telecine/core/sweep/storage";
import { log } from "@telecine/core/util/log";
import type { Context } from "aws-lambda";
import { invoke } from "../invocation.ts";

/** What a deletion of one large video may take. */
const RESERVE_MS = 60_000;

/** Every day: frees the bucket of what no video needs. */
export async function handler(_event: unknown, context?: Context): Promise<SweptStorage> {
  const isOver = () => context !== undefined && context.getRemainingTimeInMillis() < RESERVE_MS;
  return invoke("reconcile", context, async () => {
    const swept = await sweepStorage(new Date(), isOver);
    if (swept.finished) log.info(swept, "Swept the bucket");
    else log.warn(swept, "The time was over before the bucket was swept");
    return swept;
  });
}
