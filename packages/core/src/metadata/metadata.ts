import { arrayContains, eq, gte, isNull, lte, sql, type SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { z } from "zod";
import { cached } from "../cache/cache.ts";
import { read } from "../database/transaction.ts";
import { DroppedRung } from "../ladder/ladder.ts";
import type { RenditionRow } from "../rendition/rendition.sql.ts";
import { renditionsOf, renditionsOfOne } from "../rendition/rendition.ts";
import { HDR_KINDS } from "../source/color.ts";
import { SourceInfo } from "../task/contract.ts";
import { fn } from "../util/fn.ts";
import { idSchema } from "../util/id.ts";
import { after, PageInput, toPage } from "../video/cursor.ts";
import { RenditionInfo, toRenditionInfo } from "../video/info.ts";
import { STATUSES } from "../video/status.ts";
import { contains, findRow, newest, videoNotFound } from "../video/video.ts";
import { videoTable, type VideoRow } from "../video/video.sql.ts";

/** A source does not change once it is known; titles and outputs seldom do, and each change makes the entry old. */
const CACHE_SECONDS = 60;

/** What is known of a video's source and outputs: plain JSON, so that it can lie in the cache. */
export const MetadataInfo = z.strictObject({
  id: z.string(),
  status: z.enum(STATUSES),
  title: z.string(),
  fileName: z.string().nullable(),
  /** Null until a task has looked into the source. */
  source: SourceInfo.nullable(),
  /** Best first. */
  renditions: z.array(RenditionInfo),
  droppedRungs: z.array(DroppedRung),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type MetadataInfo = z.infer<typeof MetadataInfo>;

/** The metadata of a video; VisibleError `video_not_found` where there is none. */
export async function fromId(id: string): Promise<MetadataInfo> {
  if (!idSchema("video").safeParse(id).success) throw videoNotFound();
  const info = await cached({ subject: id, name: "metadata.3" }, CACHE_SECONDS, MetadataInfo, () => load(id));
  if (!info) throw videoNotFound();
  return info;
}

/** A query holds text alone. */
const flag = z.enum(["true", "false"]);

export const ListInput = z.strictObject({
  ...PageInput.shape,
  status: z.enum(STATUSES).optional(),
  q: z.string().trim().max(200).optional(),
  videoCodec: z.string().max(50).optional(),
  minDurationSeconds: z.coerce.number().nonnegative().optional(),
  maxDurationSeconds: z.coerce.number().nonnegative().optional(),
  minHeight: z.coerce.number().int().nonnegative().optional(),
  hdr: z.enum(HDR_KINDS).optional(),
  interlaced: flag.optional(),
  constantFrameRate: flag.optional(),
  captions: flag.optional(),
  /** As playlists name it: `de`, not `ger`. */
  audioLanguage: z.string().max(35).optional(),
  minIntegratedLufs: z.coerce.number().optional(),
  maxIntegratedLufs: z.coerce.number().optional(),
});
type Filter = Omit<z.output<typeof ListInput>, "limit" | "cursor">;

function conditionsOf(filter: Filter): (SQL | undefined)[] {
  const { integratedLufs, durationSeconds } = videoTable;
  return [
    given(filter.status, (status) => eq(videoTable.status, status)),
    filter.q ? contains(filter.q) : undefined,
    given(filter.videoCodec, (codec) => eq(videoTable.videoCodec, codec)),
    given(filter.minDurationSeconds, (seconds) => gte(durationSeconds, seconds)),
    given(filter.maxDurationSeconds, (seconds) => lte(durationSeconds, seconds)),
    given(filter.minHeight, (height) => gte(videoTable.height, height)),
    given(filter.hdr, (kind) => eq(videoTable.hdr, kind)),
    given(filter.interlaced, (flag) => is(videoTable.interlaced, flag)),
    given(filter.constantFrameRate, (flag) => is(videoTable.constantFrameRate, flag)),
    given(filter.captions, (flag) => is(videoTable.captions, flag)),
    given(filter.audioLanguage, (language) => arrayContains(videoTable.audioLanguages, [language])),
    given(filter.minIntegratedLufs, (lufs) => gte(integratedLufs, lufs)),
    given(filter.maxIntegratedLufs, (lufs) => lte(integratedLufs, lufs)),
  ];
}

function given<Value>(value: Value | undefined, condition: (value: Value) => SQL): SQL | undefined {
  return value === undefined ? undefined : condition(value);
}

/** Spelled as in the indexes of those that are so. */
function is(column: PgColumn, value: z.infer<typeof flag>): SQL {
  return value === "true" ? sql`${column}` : sql`not ${column}`;
}

/** Metadata, newest video first, of those that fulfil every condition given. */
export const list = /* @__PURE__ */ fn(ListInput, async ({ limit, cursor, ...filter }) =>
  read(async () => {
    const conditions = [
      isNull(videoTable.deletedAt),
      cursor === undefined ? undefined : after(cursor, videoTable),
      ...conditionsOf(filter),
    ];
    const { data, nextCursor } = toPage(await newest(conditions, limit + 1), limit);
    const renditions = await renditionsOf(data.filter((row) => row.hlsKey !== null).map((row) => row.id));
    return { data: data.map((row) => toMetadata(row, renditions.get(row.id) ?? [])), nextCursor };
  }),
);

async function load(id: string): Promise<MetadataInfo | null> {
  return read(async () => {
    const row = await findRow(id);
    if (!row) return null;
    return toMetadata(row, row.hlsKey === null ? [] : await renditionsOfOne(id));
  });
}

function toMetadata(row: VideoRow, renditions: readonly RenditionRow[]): MetadataInfo {
  const { id, status, title, fileName, probe, droppedRungs } = row;
  return {
    ...{ id, status, title, fileName, source: probe && SourceInfo.parse(probe) },
    renditions: renditions.map(toRenditionInfo),
    droppedRungs,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
