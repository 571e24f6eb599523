import { sql } from "drizzle-orm";
import { boolean, doublePrecision, integer, text } from "drizzle-orm/pg-core";
import type { HdrKind, SourceColor } from "./color.ts";

/** What people look for among sources, in columns of the video. Null until a task has looked into the file. */
export const sourceColumns = {
  rotation: integer(),
  constantFrameRate: boolean(),
  interlaced: boolean(),
  hdr: text().$type<HdrKind>(),
  colorPrimaries: text(),
  colorTransfer: text(),
  colorMatrix: text(),
  colorRange: text().$type<NonNullable<SourceColor["range"]>>(),
  bitDepth: integer(),
  integratedLufs: doublePrecision(),
  loudnessRangeLu: doublePrecision(),
  truePeakDbtp: doublePrecision(),
  audioTrackCount: integer(),
  /** As playlists name them, each once; sound whose language nobody knows is not among them. */
  audioLanguages: text()
    .array()
    .notNull()
    .default(sql`'{}'::text[]`),
  /** Within the pictures, or in tracks of their own. */
  captions: boolean(),
  chapterCount: integer(),
  sceneCutCount: integer(),
};
