import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, id, instant } from "../database/columns.ts";
import type { CaptionKind } from "./kind.ts";
import { videoTable } from "../video/video.sql.ts";

/** `upload`: the owner sent it; `source`: it was in the file. */
export type CaptionOrigin = "upload" | "source";

/** One WebVTT file that goes with a video. What was uploaded stays from attempt to attempt; what was in the source is found again. */
export const captionTable = pgTable(
  "captions",
  {
    id: id("caption"),
    videoId: text()
      .notNull()
      .references(() => videoTable.id, { onDelete: "cascade" }),
    origin: text().$type<CaptionOrigin>().notNull(),
    kind: text().$type<CaptionKind>().notNull(),
    /** BCP 47, or `und`. */
    language: text().notNull(),
    /** Hostile until escaped. */
    title: text(),
    /** In the bucket. Never written twice. */
    key: text().notNull(),
    sizeBytes: bytes().notNull(),
    cueCount: integer().notNull(),
    createdAt: instant().notNull().defaultNow(),
  },
  (table) => [
    index("captions_video").on(table.videoId),
    uniqueIndex("captions_uploaded")
      .on(table.videoId, table.language)
      .where(sql`origin = 'upload'`),
  ],
);
export type CaptionRow = typeof captionTable.$inferSelect;
