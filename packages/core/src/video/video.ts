import { and, desc, eq, isNull, like, sql, type SQL } from "drizzle-orm";
import { z } from "zod";
import { cachedText } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { read } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { ofVideo } from "../job/plan.ts";
import { renditionsOf, renditionsOfOne } from "../rendition/rendition.ts";
import { sumOf } from "../usage/usage.ts";
import { fn } from "../util/fn.ts";
import { idSchema } from "../util/id.ts";
import { after, PageInput, toPage } from "./cursor.ts";
import { toInfo, type VideoDetail, type VideoInfo } from "./info.ts";
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
  const detail = isId(id) ? await loadDetail(id) : null;
  if (!detail) throw videoNotFound();
  return detail;
}

/**
 * What `describe` says of a video, from the cache or kept there under a name that changes with the form of the text:
 * readers do without taking it apart. Refuses as {@link fromId} does.
 */
export async function textOf(
  id: string,
  name: string,
  describe: (detail: VideoDetail) => string,
): Promise<string> {
  if (!isId(id)) throw videoNotFound();
  return cachedText({ subject: id, name }, CACHE_SECONDS, async () => describe(await fromId(id)));
}

function isId(id: string): boolean {
  return idSchema("video").safeParse(id).success;
}

/** A video as PostgreSQL knows it now: for answers to the request that changed it. */
export async function current(id: string): Promise<VideoInfo> {
  const info = await load(id);
  if (!info) throw videoNotFound();
  return info;
}

async function load(id: string): Promise<VideoInfo | null> {
  return read(async () => {
    const [[row], renditions] = await Promise.all([byId.execute({ id }), renditionsOfOne(id)]);
    return row ? toInfo(row, row.hlsKey === null ? [] : renditions) : null;
  });
}

async function loadDetail(id: string): Promise<VideoDetail | null> {
  return read(async () => {
    const [info, jobs] = await Promise.all([load(id), ofVideo(id)]);
    if (!info) return null;
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
