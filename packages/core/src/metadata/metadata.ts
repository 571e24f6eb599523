import { eq, gte, isNull, lte } from "drizzle-orm";
import { z } from "zod";
import { cached } from "../cache/cache.ts";
import { read } from "../database/transaction.ts";
import type { RenditionRow } from "../rendition/rendition.sql.ts";
import { renditionsOf } from "../rendition/rendition.ts";
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
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type MetadataInfo = z.infer<typeof MetadataInfo>;

/** The metadata of a video; VisibleError `video_not_found` where there is none. */
export async function fromId(id: string): Promise<MetadataInfo> {
  if (!idSchema("video").safeParse(id).success) throw videoNotFound();
  const info = await cached({ subject: id, name: "metadata.1" }, CACHE_SECONDS, MetadataInfo, () => load(id));
  if (!info) throw videoNotFound();
  return info;
}

export const ListInput = z.strictObject({
  ...PageInput.shape,
  status: z.enum(STATUSES).optional(),
  q: z.string().trim().max(200).optional(),
  videoCodec: z.string().max(50).optional(),
  minDurationSeconds: z.coerce.number().nonnegative().optional(),
  maxDurationSeconds: z.coerce.number().nonnegative().optional(),
  minHeight: z.coerce.number().int().nonnegative().optional(),
});

/** Metadata, newest video first, of those that fulfil every condition given. */
export const list = /* @__PURE__ */ fn(ListInput, async ({ limit, cursor, ...filter }) =>
  read(async () => {
    const conditions = [
      isNull(videoTable.deletedAt),
      cursor === undefined ? undefined : after(cursor, videoTable),
      filter.status === undefined ? undefined : eq(videoTable.status, filter.status),
      filter.q ? contains(filter.q) : undefined,
      filter.videoCodec === undefined ? undefined : eq(videoTable.videoCodec, filter.videoCodec),
      filter.minDurationSeconds === undefined
        ? undefined
        : gte(videoTable.durationSeconds, filter.minDurationSeconds),
      filter.maxDurationSeconds === undefined
        ? undefined
        : lte(videoTable.durationSeconds, filter.maxDurationSeconds),
      filter.minHeight === undefined ? undefined : gte(videoTable.height, filter.minHeight),
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
    const renditions = await renditionsOf(row.hlsKey === null ? [] : [id]);
    return toMetadata(row, renditions.get(id) ?? []);
  });
}

function toMetadata(row: VideoRow, renditions: readonly RenditionRow[]): MetadataInfo {
  const { id, status, title, fileName, probe } = row;
  return {
    ...{ id, status, title, fileName, source: probe },
    renditions: renditions.map(toRenditionInfo),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
