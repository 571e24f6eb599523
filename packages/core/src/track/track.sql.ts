import { boolean, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { bytes, id, timestamps } from "../database/columns.ts";
import type { SourceTrack } from "../task/contract.ts";
import { videoTable } from "../video/video.sql.ts";

/** One stream of a video's source. Strings come from the file: hostile until escaped. */
export const trackTable = pgTable(
  "tracks",
  {
    id: id("track"),
    videoId: text()
      .notNull()
      .references(() => videoTable.id, { onDelete: "cascade" }),
    index: integer().notNull(),
    kind: text().$type<SourceTrack["kind"]>().notNull(),
    codec: text(),
    profile: text(),
    language: text(),
    title: text(),
    isDefault: boolean().notNull().default(false),
    isForced: boolean().notNull().default(false),
    isHearingImpaired: boolean().notNull().default(false),
    bitrate: bytes(),
    width: integer(),
    height: integer(),
    frameRate: text(),
    pixelFormat: text(),
    sampleAspectRatio: text(),
    channels: integer(),
    channelLayout: text(),
    sampleRate: integer(),
    ...timestamps,
  },
  (table) => [uniqueIndex("tracks_video_index").on(table.videoId, table.index)],
);
export type TrackRow = typeof trackTable.$inferSelect;
