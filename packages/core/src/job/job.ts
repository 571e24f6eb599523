import { and, eq, inArray } from "drizzle-orm";
import { db } from "../database/client.ts";
import { useTransaction } from "../database/transaction.ts";
import type { Failure } from "../error.ts";
import { record } from "../event/event.ts";
import type { Attempt } from "../storage/keys.ts";
import { log } from "../util/log.ts";
import * as workflow from "../workflow/workflow.ts";
import { jobTable, type JobStatus } from "./job.sql.ts";

/** Owes an attempt its execution: one job an attempt, in the transaction that makes the attempt. */
export async function owe({ videoId, attempt }: Attempt): Promise<void> {
  await db
    .insert(jobTable)
    .values({ videoId, attempt })
    .onConflictDoNothing({ target: [jobTable.videoId, jobTable.attempt] });
}

/** True while an attempt's execution is owed: nobody has noted that it was started. */
export async function isOwed(attempt: Attempt): Promise<boolean> {
  const [row] = await db.select({ status: jobTable.status }).from(jobTable).where(isOf(attempt));
  return row?.status === "starting";
}

/** Starts an attempt's execution and notes it. Repeating it changes nothing. */
export async function start(attempt: Attempt): Promise<void> {
  const executionArn = await workflow.start(attempt);
  await useTransaction(async () => {
    const [row] = await db
      .update(jobTable)
      .set({ status: "running", executionArn, startedAt: new Date() })
      .where(and(isOf(attempt), eq(jobTable.status, "starting")))
      .returning({ id: jobTable.id });
    if (row) await record({ ...attempt, type: "job.started", data: { executionArn } });
  });
}

/** Starts an attempt that is owed. Where that fails now, the reconciler does it: the job is on record. */
export async function startSoon(attempt: Attempt): Promise<void> {
  try {
    await start(attempt);
  } catch (error) {
    log.error({ err: error, ...attempt }, "The workflow did not start: the reconciler will start it");
  }
}

/** Notes the end of an attempt's execution, unless one is noted. In the transaction that ends the attempt. */
export async function finish(
  attempt: Attempt,
  status: Exclude<JobStatus, "starting" | "running">,
  failure?: Failure,
): Promise<void> {
  await db
    .update(jobTable)
    .set({
      status,
      finishedAt: new Date(),
      errorCode: failure?.code ?? null,
      errorMessage: failure?.message ?? null,
    })
    .where(and(isOf(attempt), inArray(jobTable.status, ["starting", "running"])))
    .returning({ id: jobTable.id });
}

function isOf({ videoId, attempt }: Attempt) {
  return and(eq(jobTable.videoId, videoId), eq(jobTable.attempt, attempt));
}
