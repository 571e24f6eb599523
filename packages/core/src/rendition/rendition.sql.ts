import { integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, id, timestamps } from "../database/columns.ts";
import { videoTable } from "../video/video.sql.ts";

/** One output of a video's current attempt, as measured after encoding. */
export const renditionTable = pgTable(
  "renditions",
  {
    id: id("rendition"),
    videoId: text()
      .notNull()
      .references(() => videoTable.id, { onDelete: "cascade" }),
    attempt: integer().notNull(),
    name: text().notNull(),
    width: integer().notNull(),
    height: integer().notNull(),
    frameRate: text().notNull(),
    codecs: text().notNull(),
    /** Bits per second of the rendition with its audio: the peak, and the mean. */
    bandwidth: integer().notNull(),
    averageBandwidth: integer().notNull(),
    sizeBytes: bytes().notNull(),
    segmentCount: integer().notNull(),
    playlistKey: text().notNull(),
    ...timestamps,
  },
  (table) => [uniqueIndex("renditions_video_name").on(table.videoId, table.name)],
);
export type RenditionRow = typeof renditionTable.$inferSelect;
