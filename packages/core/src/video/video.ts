import { and, desc, eq, isNull, like, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { cached } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { read } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { ofVideo } from "../job/plan.ts";
import { renditionsOf } from "../rendition/rendition.ts";
import { sumOf } from "../usage/usage.ts";
import { fn } from "../util/fn.ts";
import { idSchema } from "../util/id.ts";
import { after, PageInput, toPage } from "./cursor.ts";
import { toInfo, VideoDetail, type VideoInfo } from "./info.ts";
import { STATUSES } from "./status.ts";
import { videoTable, type VideoRow } from "./video.sql.ts";

/** How old an answer may be after Redis missed a change, while it was away. */
const CACHE_SECONDS = 30;

const byId = db
  .select()
  .from(videoTable)
  .where(and(eq(videoTable.id, sql.placeholder("id")), isNull(videoTable.deletedAt)))
  .prepare("video_by_id");

/** The row of a video that is not removed; undefined where there is none. */
export async function findRow(id: string): Promise<VideoRow | undefined> {
  const [row] = await read(() => byId.execute({ id }));
  return row;
}

/** A video. One that is unknown, and an id that is none, are the same to the caller: VisibleError `video_not_found`. */
export async function fromId(id: string): Promise<VideoDetail> {
  if (!idSchema("video").safeParse(id).success) throw videoNotFound();
  const detail = await cached({ subject: id, name: "video.6" }, CACHE_SECONDS, VideoDetail, () =>
    loadDetail(id),
  );
  if (!detail) throw videoNotFound();
  return detail;
}

/** A video as PostgreSQL knows it now: for answers to the request that changed it. */
export async function current(id: string): Promise<VideoInfo> {
  const info = await load(id);
  if (!info) throw videoNotFound();
  return info;
}

async function load(id: string): Promise<VideoInfo | null> {
  return read(async () => {
    const [row] = await byId.execute({ id });
    if (!row) return null;
    const renditions = await renditionsOf(row.hlsKey === null ? [] : [id]);
    return toInfo(row, renditions.get(id) ?? []);
  });
}

async function loadDetail(id: string): Promise<VideoDetail | null> {
  return read(async () => {
    const info = await load(id);
    if (!info) return null;
    const jobs = await ofVideo(id);
    const plan = jobs.find(({ attempt }) => attempt === info.attempt)?.plan ?? null;
    return { ...info, plan, usage: sumOf(jobs.flatMap(({ usage }) => usage ?? [])) };
  });
}

export const ListInput = z.strictObject({
  ...PageInput.shape,
  status: z.enum(STATUSES).optional(),
  q: z.string().trim().max(200).optional(),
});

/** Videos, newest first. `q` is looked for in titles and file names. */
export const list = /* @__PURE__ */ fn(ListInput, async ({ limit, cursor, status, q }) =>
  read(async () => {
    const where = [
      isNull(videoTable.deletedAt),
      cursor === undefined ? undefined : after(cursor, videoTable),
    ];
    if (status !== undefined) where.push(eq(videoTable.status, status));
    if (q) where.push(contains(q));
    const rows = await newest(where, limit + 1);
    const { data, nextCursor } = toPage(rows, limit);
    const renditions = await renditionsOf(data.filter((row) => row.hlsKey !== null).map((row) => row.id));
    return { data: data.map((row) => toInfo(row, renditions.get(row.id) ?? [])), nextCursor };
  }),
);

/** Rows that fulfil all conditions, newest first. */
export function newest(where: readonly (SQL | undefined)[], limit: number): Promise<VideoRow[]> {
  return db
    .select()
    .from(videoTable)
    .where(and(...where))
    .orderBy(desc(videoTable.createdAt), desc(videoTable.id))
    .limit(limit);
}

/** Titles and file names that hold a text, whatever its case; `%` and `_` are characters like others. */
export function contains(text: string): SQL {
  return like(videoTable.search, `%${text.toLowerCase().replace(/[\\%_]/g, "\\$&")}%`);
}

export function videoNotFound(): VisibleError {
  return new VisibleError("missing", "video_not_found", "There is no such video.");
}
