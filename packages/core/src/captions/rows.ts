import { posix } from "node:path";
import { and, asc, eq, ne } from "drizzle-orm";
import { db } from "../database/client.ts";
import type { CaptionTrack } from "../playlist/captions.ts";
import { type CaptionRow, captionTable } from "./captions.sql.ts";

/** A video's words, as they stand in playlists. Called inside of `read` or `useTransaction`, as all here. */
export async function rowsOf(videoId: string): Promise<CaptionRow[]> {
  return db
    .select()
    .from(captionTable)
    .where(eq(captionTable.videoId, videoId))
    .orderBy(asc(captionTable.language), asc(captionTable.id));
}

/** The identity of a set of words: equal sets have equal texts. */
export function fingerprint(rows: readonly Pick<CaptionRow, "id">[]): string {
  return rows
    .map(({ id }) => id)
    .sort()
    .join();
}

/** Takes away what a video has in a language; what is forced is no translation of all that is said, and may stay. */
export async function deleteRows(
  videoId: string,
  language: string,
  { keepForced }: { readonly keepForced: boolean },
): Promise<CaptionRow[]> {
  return db
    .delete(captionTable)
    .where(
      and(
        eq(captionTable.videoId, videoId),
        eq(captionTable.language, language),
        keepForced ? ne(captionTable.kind, "forced") : undefined,
      ),
    )
    .returning();
}

export type FoundCaptions = Omit<CaptionRow, "id" | "videoId" | "origin" | "createdAt">;

/** Notes words that were found in a source, for a video that has none of it yet. */
export async function insertFound(videoId: string, found: readonly FoundCaptions[]): Promise<void> {
  if (found.length === 0) return;
  await db.insert(captionTable).values(found.map((one) => ({ ...one, videoId, origin: "source" as const })));
}

/** A file in the bucket as a playlist in an attempt's folder names it: `../captions/cap_….vtt`, or below the folder. */
export function toTrack(
  { key, language, title, kind, sizeBytes }: FoundCaptions,
  prefix: string,
): CaptionTrack {
  return { key: posix.relative(prefix, key), language, title, kind, sizeBytes };
}
