import { MEDIA_PREFIX, PREVIEW_FOLDERS, SOURCE_PREFIX, WORK_PREFIX } from "../storage/keys.ts";
import { listFolders, listUploads, newestUnder, type OpenUpload } from "../storage/listing.ts";
import { deletePrefix } from "../storage/storage.ts";
import { abortMultipart } from "../storage/upload.ts";
import { idSchema } from "../util/id.ts";
import { log } from "../util/log.ts";
import { findKnown, findOpenUploads, type Known } from "./find.ts";

const HOUR_MS = 3600_000;
/** Longer than a URL for an upload works: whoever began this one has given up, or nobody knows of it. */
const UPLOAD_IDLE_MS = 2 * HOUR_MS;
/** An attempt that was superseded may go on writing until its task hears of it, eight hours at the most. */
const SUPERSEDED_IDLE_MS = 24 * HOUR_MS;
/** Whoever began to play a source as it is, before its video was ready, has a day to play it to its end. */
const PREVIEW_KEPT_MS = 24 * HOUR_MS;
/** Looked for in videos that are ready for no longer, so that a run does not list the whole bucket. */
const PREVIEW_SOUGHT_MS = 7 * 24 * HOUR_MS;
/** A database that was restored does not know the newest videos: a week to notice, before their files go. */
const ORPHAN_IDLE_MS = 7 * 24 * HOUR_MS;
/** So many videos of a page of 1,000 may be unknown to the database; more look like the wrong database. */
const MOST_ORPHANS = 100;

export interface SweptStorage {
  /** Multipart uploads that nobody will finish: aborted, and their parts freed. */
  uploads: number;
  /** Folders of videos that do not exist: deleted. */
  orphans: number;
  /** Folders of attempts that another attempt has taken the place of: deleted. */
  superseded: number;
  /** Copies of sources that people could play while these were encoded: deleted. */
  previews: number;
  /** False when the time was over before the end: a longer timeout is due. */
  finished: boolean;
}

/**
 * Deletes what no video needs under `work/` and `media/`, and multipart uploads without an end under `source/`. Sources
 * themselves are never deleted here: what was uploaded cannot be made again. `isOver` is asked between two videos.
 */
export async function sweepStorage(
  now = new Date(),
  isOver: () => boolean = () => false,
): Promise<SweptStorage> {
  const swept: SweptStorage = { uploads: 0, orphans: 0, superseded: 0, previews: 0, finished: false };
  swept.uploads = await sweepUploads(now);
  for (const area of [WORK_PREFIX, MEDIA_PREFIX]) {
    for await (const names of listFolders(area)) {
      const ids = names.filter((name) => idSchema("video").safeParse(name).success);
      // The listing came first: a video that is made after it is not in it.
      const known = await findKnown(ids);
      assertPlausible(area, ids, known);
      for (const id of ids) {
        if (isOver()) return swept;
        await sweepVideo(`${area}${id}/`, known.get(id), now, swept);
      }
    }
  }
  return { ...swept, finished: true };
}

/** Stops the whole run with an error, which an alarm counts: an operator looks before anything is deleted. */
function assertPlausible(area: string, ids: readonly string[], known: ReadonlyMap<string, Known>): void {
  const orphans = ids.length - known.size;
  if (orphans <= MOST_ORPHANS) return;
  throw new Error(
    `The database does not know ${orphans} of ${ids.length} videos that have files under ${area}. Is it the right one, or restored? Nothing was deleted here.`,
  );
}

async function sweepVideo(
  folder: string,
  video: Known | undefined,
  now: Date,
  swept: SweptStorage,
): Promise<void> {
  if (!video) {
    swept.orphans += await deleteIdle(folder, ORPHAN_IDLE_MS, now);
    return;
  }
  swept.previews += await sweepPreviews(folder, video, now);
  if (video.attempt === 1) return;
  for await (const attempts of listFolders(folder)) {
    for (const attempt of attempts.filter((name) => isSuperseded(name, folder, video)))
      swept.superseded += await deleteIdle(`${folder}${attempt}/`, SUPERSEDED_IDLE_MS, now);
  }
}

/** Once its encode is published, nobody begins to play a video by the copy of its source. */
async function sweepPreviews(folder: string, { hlsKey, readyAt }: Known, now: Date): Promise<number> {
  const published = hlsKey?.slice(0, hlsKey.lastIndexOf("/") + 1);
  if (!published?.startsWith(folder) || !readyAt) return 0;
  const readyMs = now.getTime() - readyAt.getTime();
  if (readyMs <= PREVIEW_KEPT_MS || readyMs > PREVIEW_SOUGHT_MS) return 0;
  let deleted = 0;
  for (const name of Object.values(PREVIEW_FOLDERS))
    deleted += await deleteIdle(`${published}${name}/`, PREVIEW_KEPT_MS, now);
  return deleted;
}

/** Never what the video's page shows, whatever the numbers say. */
function isSuperseded(name: string, folder: string, { attempt, hlsKey, posterKey }: Known): boolean {
  if (!/^[1-9]\d*$/.test(name) || Number(name) >= attempt) return false;
  return ![hlsKey, posterKey].some((key) => key?.startsWith(`${folder}${name}/`));
}

/** Gives 1 for a folder that was deleted, 0 for one that somebody has written into since. */
async function deleteIdle(folder: string, idleMs: number, now: Date): Promise<number> {
  const newest = await newestUnder(folder);
  if (newest === null || now.getTime() - newest.getTime() <= idleMs) return 0;
  await deletePrefix(folder);
  log.info({ folder, newest }, "Deleted what no video needs");
  return 1;
}

async function sweepUploads(now: Date): Promise<number> {
  let aborted = 0;
  for await (const page of listUploads(SOURCE_PREFIX)) {
    const idle = page.filter(({ initiatedAt }) => now.getTime() - initiatedAt.getTime() > UPLOAD_IDLE_MS);
    const ours = idle.filter(isOurs);
    const open = await findOpenUploads(
      ours.map(({ uploadId }) => uploadId),
      now,
    );
    for (const { key, uploadId } of ours.filter(({ uploadId }) => !open.has(uploadId))) {
      await abortMultipart(key, uploadId);
      aborted += 1;
    }
  }
  return aborted;
}

/** Begun by the API. Somebody who copies a large file into the bucket by hand has the two days of the lifecycle rule. */
function isOurs({ key }: OpenUpload): boolean {
  const [id = "", name] = key.slice(SOURCE_PREFIX.length).split("/");
  return name === "original" && idSchema("video").safeParse(id).success;
}
