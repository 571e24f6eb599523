import { and, eq, gt, inArray } from "drizzle-orm";
import { db } from "../database/client.ts";
import { read } from "../database/transaction.ts";
import { jobTable } from "../job/job.sql.ts";
import { uploadTable } from "../upload/upload.sql.ts";
import { videoTable } from "../video/video.sql.ts";

/** The attempts of a video whose executions are owed or under way. */
export async function findLive(videoId: string): Promise<Set<number>> {
  const rows = await read(() =>
    db
      .select({ attempt: jobTable.attempt })
      .from(jobTable)
      .where(and(eq(jobTable.videoId, videoId), inArray(jobTable.status, ["starting", "running"]))),
  );
  return new Set(rows.map(({ attempt }) => attempt));
}

export interface Known {
  readonly attempt: number;
  /** The published playlist and poster. */
  readonly hlsKey: string | null;
  readonly posterKey: string | null;
  readonly readyAt: Date | null;
}

/** Those of some videos that have a row, removed ones included: their files are the reconciler's. */
export async function findKnown(ids: readonly string[]): Promise<Map<string, Known>> {
  if (ids.length === 0) return new Map();
  const { id, attempt, hlsKey, posterKey, readyAt } = videoTable;
  const rows = await read(() =>
    db
      .select({ id, attempt, hlsKey, posterKey, readyAt })
      .from(videoTable)
      .where(inArray(id, [...ids])),
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** Those of the bucket's multipart uploads that somebody may still go on with. */
export async function findOpenUploads(storageIds: readonly string[], now: Date): Promise<Set<string>> {
  if (storageIds.length === 0) return new Set();
  const rows = await read(() =>
    db
      .select({ id: uploadTable.storageUploadId })
      .from(uploadTable)
      .where(
        and(
          inArray(uploadTable.storageUploadId, [...storageIds]),
          eq(uploadTable.status, "open"),
          gt(uploadTable.expiresAt, now),
        ),
      ),
  );
  return new Set(rows.flatMap(({ id }) => id ?? []));
}
