import { and, eq, lt } from "drizzle-orm";
import { db } from "../database/client.ts";
import { useTransaction } from "../database/transaction.ts";
import type { Failure } from "../error.ts";
import { jobTable, type JobRow } from "../job/job.sql.ts";
import * as job from "../job/job.ts";
import { outputPrefix, workPrefix } from "../storage/keys.ts";
import { deletePrefix, head } from "../storage/storage.ts";
import { idempotencyTable } from "../upload/idempotency.sql.ts";
import { receive } from "../upload/receive.ts";
import { abort } from "../upload/record.ts";
import { log } from "../util/log.ts";
import { SIGNALS } from "../util/signal.ts";
import { purge } from "../video/lifecycle.ts";
import { fail } from "../video/outcome.ts";
import { videoTable } from "../video/video.sql.ts";
import * as workflow from "../workflow/workflow.ts";
import { findJobs, findRemoved, findUnclean, findUploading } from "./find.ts";

const MINUTE_MS = 60_000;
/** Until then, what is missing is probably on its way. */
const EVENT_GRACE_MS = 2 * MINUTE_MS;
/** What may still be written by work that was told to stop. ECS gives a task two minutes. */
const STOP_GRACE_MS = 10 * MINUTE_MS;
const IDEMPOTENCY_MS = 24 * 60 * MINUTE_MS;

/**
 * Puts right what an event that never came has left behind, so that nothing stays stuck. Gives how many cases of each
 * kind it dealt with. One that fails is logged and left to the next run; the others go on.
 */
export async function reconcile(now = new Date()): Promise<Record<string, number>> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  return {
    uploads: await each(await findUploading(ago(EVENT_GRACE_MS)), (video) => settleUpload(video, now)),
    starts: await each(await findJobs("starting", ago(EVENT_GRACE_MS)), startOwed),
    executions: await each(await findJobs("running", ago(EVENT_GRACE_MS)), settleExecution),
    leftovers: await each(await findUnclean(ago(STOP_GRACE_MS)), (left) => sweep(left, now)),
    removals: await each(await findRemoved(ago(STOP_GRACE_MS)), finishRemoval),
    idempotencyKeys: await forgetKeys(ago(IDEMPOTENCY_MS)),
  };
}

/** Gives how many were dealt with: those for which `settle` says true. */
async function each<Case>(cases: readonly Case[], settle: (one: Case) => Promise<boolean>): Promise<number> {
  let settled = 0;
  for (const one of cases) {
    try {
      if (await settle(one)) settled += 1;
    } catch (error) {
      const signal = SIGNALS.notReconciled;
      log.error({ signal, err: error, case: one }, "Could not be reconciled: the next run tries again");
    }
  }
  return settled;
}

type Uploading = Awaited<ReturnType<typeof findUploading>>[number];

async function settleUpload({ id, attempt, sourceKey, expiresAt }: Uploading, now: Date): Promise<boolean> {
  const source = await head(sourceKey);
  if (source) {
    const owed = await receive({ key: sourceKey, ...source, sequencer: null });
    if (owed) await job.start(owed);
    return owed !== null;
  }
  if (expiresAt !== null && expiresAt > now) return false;
  await fail({ videoId: id, attempt }, SOURCE_MISSING);
  await abort(id);
  return true;
}

async function startOwed({ videoId, attempt }: JobRow): Promise<boolean> {
  await job.start({ videoId, attempt });
  return true;
}

async function settleExecution({ id, videoId, attempt }: JobRow): Promise<boolean> {
  const failure = ENDED[await workflow.status({ videoId, attempt })];
  // A job that runs goes to the end of the queue: a trigger moves its time.
  if (!failure) {
    await useTransaction(() =>
      db.update(jobTable).set({ status: "running" }).where(isStill(id, "running")).returning(),
    );
    return false;
  }
  const { type } = await fail({ videoId, attempt }, failure);
  // The video went on without this job, or came to its end: the job has, too.
  if (type !== "video.failed")
    await useTransaction(() => job.finish({ videoId, attempt }, "failed", failure));
  return true;
}

const isStill = (id: string, status: JobRow["status"]) =>
  and(eq(jobTable.id, id), eq(jobTable.status, status));

const SOURCE_MISSING: Failure = {
  code: "source_missing",
  message: "The upload was not finished in time. Create a new video and upload the file again.",
};
const DIED: Failure = {
  code: "processing_failed",
  message: "Processing ended without a result. Try again.",
};

/** What an execution that is over says about a job that is not. */
const ENDED: Partial<Record<Awaited<ReturnType<typeof workflow.status>>, Failure>> = {
  SUCCEEDED: DIED,
  FAILED: DIED,
  ABORTED: DIED,
  UNKNOWN: DIED,
  TIMED_OUT: {
    code: "processing_timed_out",
    message: "Processing took too long and was stopped. Try again.",
  },
};

/** What an attempt without a result left in the bucket. */
async function sweep({ id, videoId, attempt }: JobRow, now: Date): Promise<boolean> {
  await deletePrefix(outputPrefix({ videoId, attempt }));
  await deletePrefix(workPrefix({ videoId, attempt }));
  await useTransaction(() =>
    db.update(jobTable).set({ cleanedAt: now }).where(eq(jobTable.id, id)).returning(),
  );
  return true;
}

async function finishRemoval(video: Parameters<typeof purge>[0]): Promise<boolean> {
  await purge(video);
  await useTransaction(() =>
    db.delete(videoTable).where(eq(videoTable.id, video.id)).returning({ id: videoTable.id }),
  );
  return true;
}

async function forgetKeys(before: Date): Promise<number> {
  const forgotten = await useTransaction(() =>
    db
      .delete(idempotencyTable)
      .where(lt(idempotencyTable.createdAt, before))
      .returning({ key: idempotencyTable.key }),
  );
  return forgotten.length;
}
