import { integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, id, timestamps } from "../database/columns.ts";
import type { Rung } from "../ladder/ladder.ts";
import type { Codec } from "../ladder/profiles.ts";
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
    /** Of the picture. */
    codec: text().$type<Codec>().notNull().default("h264"),
    /** Why it was made; unknown of what earlier versions made, as is what follows. */
    reason: text().$type<Rung["reason"]>(),
    /** Bits per second of the picture alone: the mean, as measured; as it was expected; and of a ladder of fixed bitrates. */
    bitrate: integer(),
    predictedBitrate: integer(),
    fixedBitrate: integer(),
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
