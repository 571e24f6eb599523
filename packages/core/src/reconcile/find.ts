import { and, asc, eq, inArray, isNotNull, isNull, lt } from "drizzle-orm";
import { db } from "../database/client.ts";
import { read } from "../database/transaction.ts";
import { jobTable, type JobRow } from "../job/job.sql.ts";
import { uploadTable } from "../upload/upload.sql.ts";
import { videoTable } from "../video/video.sql.ts";

/** How much one run looks at; the oldest first, so that every case has its turn. */
const BATCH = 200;

/** Videos that have waited for their source since before an instant, with the end of their upload's life. */
export function findUploading(before: Date) {
  return read(() =>
    db
      .select({
        id: videoTable.id,
        attempt: videoTable.attempt,
        sourceKey: videoTable.sourceKey,
        expiresAt: uploadTable.expiresAt,
      })
      .from(videoTable)
      .leftJoin(uploadTable, eq(uploadTable.videoId, videoTable.id))
      .where(
        and(
          eq(videoTable.status, "waiting"),
          eq(videoTable.phase, "uploading"),
          isNull(videoTable.deletedAt),
          lt(videoTable.createdAt, before),
        ),
      )
      .orderBy(asc(videoTable.createdAt))
      .limit(BATCH),
  );
}

/** Jobs in a status that they have not left since before an instant. */
export function findJobs(status: "starting" | "running", before: Date): Promise<JobRow[]> {
  return read(() =>
    db
      .select()
      .from(jobTable)
      .where(and(eq(jobTable.status, status), lt(jobTable.updatedAt, before)))
      .orderBy(asc(jobTable.updatedAt))
      .limit(BATCH),
  );
}

/** Jobs that failed or were canceled before an instant, and whose files have not been looked after since. */
export function findUnclean(before: Date): Promise<JobRow[]> {
  return read(() =>
    db
      .select()
      .from(jobTable)
      .where(
        and(
          inArray(jobTable.status, ["failed", "canceled"]),
          isNull(jobTable.cleanedAt),
          lt(jobTable.finishedAt, before),
        ),
      )
      .orderBy(asc(jobTable.finishedAt))
      .limit(BATCH),
  );
}

/** Videos that were removed before an instant, and whose rows still stand. */
export function findRemoved(before: Date) {
  return read(() =>
    db
      .select({ id: videoTable.id, sourceKey: videoTable.sourceKey })
      .from(videoTable)
      .where(and(isNotNull(videoTable.deletedAt), lt(videoTable.deletedAt, before)))
      .orderBy(asc(videoTable.deletedAt))
      .limit(BATCH),
  );
}
