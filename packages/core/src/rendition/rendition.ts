import { asc, desc, eq, inArray, sql } from "drizzle-orm";
import { db } from "../database/client.ts";
import { renditionTable, type RenditionRow } from "./rendition.sql.ts";

const byVideo = db
  .select()
  .from(renditionTable)
  .where(eq(renditionTable.videoId, sql.placeholder("videoId")))
  .orderBy(desc(renditionTable.height), asc(renditionTable.name))
  .prepare("renditions_by_video");

/** The renditions of one video, best first. Called inside of `read` or `useTransaction`. */
export function renditionsOfOne(videoId: string): Promise<RenditionRow[]> {
  return byVideo.execute({ videoId });
}

/** The renditions of some videos, best first, by the video's id. Called inside of `read` or `useTransaction`. */
export async function renditionsOf(videoIds: readonly string[]): Promise<Map<string, RenditionRow[]>> {
  if (videoIds.length === 0) return new Map();
  const rows = await db
    .select()
    .from(renditionTable)
    .where(inArray(renditionTable.videoId, [...videoIds]))
    .orderBy(asc(renditionTable.videoId), desc(renditionTable.height), asc(renditionTable.name));
  return Map.groupBy(rows, (row) => row.videoId);
}
