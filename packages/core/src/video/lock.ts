import { and, eq, isNull } from "drizzle-orm";
import { db } from "../database/client.ts";
import { videoTable, type VideoRow } from "./video.sql.ts";

/** The row of a video that is not removed, held until the end of the transaction; undefined where there is none. */
export async function lock(id: string): Promise<VideoRow | undefined> {
  const [row] = await db
    .select()
    .from(videoTable)
    .where(and(eq(videoTable.id, id), isNull(videoTable.deletedAt)))
    .for("update");
  return row;
}

/** Writes to a row that is locked, and gives it as it is now: triggers have set its version and time. */
export async function change(id: string, values: Partial<typeof videoTable.$inferInsert>): Promise<VideoRow> {
  const [row] = await db.update(videoTable).set(values).where(eq(videoTable.id, id)).returning();
  if (!row) throw new Error(`Video ${id} vanished while it was locked.`);
  return row;
}
