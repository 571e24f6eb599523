import { and, asc, eq, sql } from "drizzle-orm";
import { invalidate } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { afterTx, useTransaction } from "../database/transaction.ts";
import type { PlanSummary } from "../plan/plan.ts";
import type { Attempt } from "../storage/keys.ts";
import type { Usage } from "../usage/usage.ts";
import { jobTable } from "./job.sql.ts";

const byVideo = db
  .select({ attempt: jobTable.attempt, plan: jobTable.plan, usage: jobTable.usage })
  .from(jobTable)
  .where(eq(jobTable.videoId, sql.placeholder("videoId")))
  .orderBy(asc(jobTable.attempt))
  .prepare("plans_by_video");

/** How each attempt at a video was to be encoded, and what it has used, first to last. Called inside of `read`. */
export function ofVideo(videoId: string) {
  return byVideo.execute({ videoId });
}

/** Notes how an attempt is encoded, in the transaction under way. */
export function notePlan(attempt: Attempt, plan: PlanSummary): Promise<void> {
  return note(attempt, { plan });
}

/** Notes what an attempt has used. Noting it again replaces what was noted. */
export function noteUsage(attempt: Attempt, usage: Usage): Promise<void> {
  return useTransaction(() => note(attempt, { usage }));
}

async function note(
  { videoId, attempt }: Attempt,
  values: Partial<typeof jobTable.$inferInsert>,
): Promise<void> {
  await db
    .update(jobTable)
    .set(values)
    .where(and(eq(jobTable.videoId, videoId), eq(jobTable.attempt, attempt)));
  await afterTx(() => invalidate(videoId));
}
