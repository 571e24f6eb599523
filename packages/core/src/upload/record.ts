import { and, eq } from "drizzle-orm";
import { db } from "../database/client.ts";
import { read, useTransaction } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { record } from "../event/event.ts";
import { sourceKey } from "../storage/keys.ts";
import { abortMultipart, URL_LIFE_SECONDS } from "../storage/upload.ts";
import { findRow, videoNotFound } from "../video/video.ts";
import type { UploadPlan } from "./plan.ts";
import { uploadTable, type UploadRow } from "./upload.sql.ts";

/** The row of a video's upload, made at the first request for it. Its life begins anew with each. */
export async function ensureUpload(videoId: string, plan: UploadPlan): Promise<UploadRow> {
  const parts = plan.kind === "put" ? {} : { partSizeBytes: plan.partSizeBytes, partCount: plan.partCount };
  const row = { videoId, kind: plan.kind, ...parts, expiresAt: newExpiry() };
  return useTransaction(async () => {
    await db.insert(uploadTable).values(row).onConflictDoNothing({ target: uploadTable.videoId });
    const [held] = await db
      .update(uploadTable)
      .set({ expiresAt: row.expiresAt })
      .where(eq(uploadTable.videoId, videoId))
      .returning();
    if (!held) throw videoNotFound();
    return held;
  });
}

/** The upload of a video, while it is open; VisibleError `upload_not_open` otherwise. */
export async function findOpenUpload(videoId: string): Promise<UploadRow> {
  const upload = await findUpload(videoId);
  if (upload.status !== "open") throw uploadNotOpen();
  return upload;
}

/** The upload of a video that came, or is to come, through the API. */
export async function findUpload(videoId: string): Promise<UploadRow> {
  return read(async () => {
    if (!(await findRow(videoId))) throw videoNotFound();
    const [row] = await db.select().from(uploadTable).where(eq(uploadTable.videoId, videoId));
    if (!row) throw uploadNotOpen();
    return row;
  });
}

/** Notes that the source is in the bucket. Called in the transaction that acts on it, too. */
export async function markCompleted(videoId: string): Promise<void> {
  await useTransaction(() =>
    db
      .update(uploadTable)
      .set({ status: "completed", completedAt: new Date() })
      .where(and(eq(uploadTable.videoId, videoId), eq(uploadTable.status, "open")))
      .returning({ id: uploadTable.id }),
  );
}

/** Gives up an upload that is open, and frees what the bucket holds of it. */
export async function abort(videoId: string): Promise<void> {
  const aborted = await useTransaction(async () => {
    const [row] = await db
      .update(uploadTable)
      .set({ status: "aborted" })
      .where(and(eq(uploadTable.videoId, videoId), eq(uploadTable.status, "open")))
      .returning();
    if (row) await record({ videoId, type: "upload.aborted" });
    return row;
  });
  if (aborted?.storageUploadId) await abortMultipart(sourceKey(videoId), aborted.storageUploadId);
}

/** When a URL that is made now stops working. */
export const newExpiry = () => new Date(Date.now() + URL_LIFE_SECONDS * 1000);

export function uploadNotOpen(): VisibleError {
  return new VisibleError("conflict", "upload_not_open", "This video has no open upload.");
}
