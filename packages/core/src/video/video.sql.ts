import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import { bytes, id, instant, timestamps } from "../database/columns.ts";
import type { FailureCode } from "../error.ts";
import type { DroppedRung } from "../ladder/ladder.ts";
import type { SettingsInput } from "../settings/settings.ts";
import { sourceColumns } from "../source/columns.ts";
import type { StoredSource } from "../task/contract.ts";
import type { Phase, Status } from "./status.ts";

export const videoTable = pgTable(
  "videos",
  {
    id: id("video"),
    /** Changed only as `video_status_transitions` allows: a trigger refuses the rest. */
    status: text().$type<Status>().notNull().default("waiting"),
    phase: text().$type<Phase>().notNull().default("uploading"),
    attempt: integer().notNull().default(1),
    /** Rises with each change of the row, so that messages about it can be put in order. Set by a trigger. */
    version: bigint({ mode: "number" }).notNull().default(1),
    title: text().notNull(),
    fileName: text(),
    contentType: text(),
    /** As announced; as measured once the source is in the bucket. */
    sizeBytes: bytes(),
    sourceKey: text().notNull(),
    sourceEtag: text(),
    /** S3's order of events on one key: hexadecimal, compared as text of equal length. */
    sourceSequencer: text(),
    /** What was asked of its outputs, without defaults: they are added by whoever reads it. */
    settings: jsonb().$type<SettingsInput>().notNull().default({}),
    durationSeconds: doublePrecision(),
    width: integer(),
    height: integer(),
    frameRate: text(),
    videoCodec: text(),
    audioCodec: text(),
    ...sourceColumns,
    /** What was found out about the source, cut down by the worker. */
    probe: jsonb().$type<StoredSource>(),
    hlsKey: text(),
    dashKey: text(),
    posterKey: text(),
    storyboardKey: text(),
    /** Larger pictures at even distances (storyboard/thumbnail.ts): how many, and seconds between two of them. */
    thumbnailCount: integer(),
    thumbnailSeconds: doublePrecision(),
    /** One file of it, where it was asked for. */
    mp4Key: text(),
    mp4SizeBytes: bytes(),
    /** Sizes and codecs that were decided not to be made, and why. */
    droppedRungs: jsonb().$type<DroppedRung[]>().notNull().default([]),
    errorCode: text().$type<FailureCode>(),
    errorMessage: text(),
    /** When something of it could first be played, and how many seconds that was after its source was complete. */
    playableAt: instant(),
    secondsToPlayable: doublePrecision(),
    readyAt: instant(),
    /** A removed video is invisible at once; its row goes when its files are gone. */
    deletedAt: instant(),
    search: text()
      .notNull()
      .generatedAlwaysAs(sql`lower(title || ' ' || coalesce(file_name, ''))`),
    ...timestamps,
  },
  (table) => [
    // NULLS FIRST is what a plain ORDER BY … DESC asks for; an index in another order would not serve it.
    index("videos_newest")
      .on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null`),
    index("videos_status_newest")
      .on(table.status, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null`),
    index("videos_codec_newest")
      .on(table.videoCodec, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null`),
    index("videos_duration")
      .on(table.durationSeconds)
      .where(sql`deleted_at is null`),
    index("videos_hdr_newest")
      .on(table.hdr, table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null`),
    // Few of all videos: an index of those alone.
    index("videos_interlaced_newest")
      .on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null and interlaced`),
    index("videos_captions_newest")
      .on(table.createdAt.desc().nullsFirst(), table.id.desc().nullsFirst())
      .where(sql`deleted_at is null and captions`),
    index("videos_loudness")
      .on(table.integratedLufs)
      .where(sql`deleted_at is null`),
    index("videos_audio_languages").using("gin", table.audioLanguages),
    index("videos_search").using("gin", sql`search gin_trgm_ops`),
    index("videos_removed")
      .on(table.deletedAt)
      .where(sql`deleted_at is not null`),
    uniqueIndex("videos_source")
      .on(table.sourceKey)
      .where(sql`deleted_at is null`),
    check("videos_failed_has_code", sql`(status = 'failed') = (error_code is not null)`),
    check("videos_ready_has_time", sql`(status = 'ready') = (ready_at is not null)`),
  ],
);
export type VideoRow = typeof videoTable.$inferSelect;
