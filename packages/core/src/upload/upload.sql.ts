import { integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, id, instant, timestamps } from "../database/columns.ts";
import { videoTable } from "../video/video.sql.ts";

export type UploadKind = "put" | "multipart";
export type UploadStatus = "open" | "completed" | "aborted";

/** How a video's source comes into the bucket through the API. Sources copied there by hand have none. */
export const uploadTable = pgTable(
  "uploads",
  {
    id: id("upload"),
    videoId: text()
      .notNull()
      .references(() => videoTable.id, { onDelete: "cascade" }),
    kind: text().$type<UploadKind>().notNull(),
    status: text().$type<UploadStatus>().notNull().default("open"),
    /** The bucket's name for a multipart upload. Null until the bucket was asked for one. */
    storageUploadId: text(),
    partSizeBytes: bytes(),
    /** The number of parts, where the size was announced. */
    partCount: integer(),
    /** When the newest URL that was handed out stops working. */
    expiresAt: instant().notNull(),
    completedAt: instant(),
    ...timestamps,
  },
  (table) => [uniqueIndex("uploads_video").on(table.videoId)],
);
export type UploadRow = typeof uploadTable.$inferSelect;
