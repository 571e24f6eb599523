import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { isMissing, lastHeldAt, scratchFolder } from "../scratch/lease.ts";
import type { Attempt } from "../storage/keys.ts";
import { idSchema } from "../util/id.ts";
import { log } from "../util/log.ts";
import { findLive } from "./find.ts";

/** A task that was killed is tried again within minutes, and may find there what the first one made. */
const IDLE_MS = 2 * 3600_000;

export interface SweptScratch {
  /** Folders of attempts that are over, and that nobody has held for two hours: deleted. */
  removed: number;
  /** Folders that are held, or whose job is under way. */
  kept: number;
  /** Folders that could not be deleted. The next run tries again. */
  failed: number;
  /** What no video's task can have made. It is left alone. */
  unknown: number;
}

/**
 * Deletes what attempts that are over have left in the shared file system: `<root>/<videoId>/<attempt>`. A task cleans up
 * after itself; this is for those that were killed.
 */
export async function sweepScratch(root: string, now = new Date()): Promise<SweptScratch> {
  const swept: SweptScratch = { removed: 0, kept: 0, failed: 0, unknown: 0 };
  for (const videoId of await entriesOf(root)) {
    if (!idSchema("video").safeParse(videoId).success) swept.unknown += 1;
    else await sweepVideo(root, videoId, now, swept);
  }
  return swept;
}

async function sweepVideo(root: string, videoId: string, now: Date, swept: SweptScratch): Promise<void> {
  const live = await findLive(videoId);
  for (const name of await entriesOf(join(root, videoId))) {
    const attempt = Number(name);
    if (!/^[1-9]\d*$/.test(name)) swept.unknown += 1;
    else swept[await settle(root, { videoId, attempt }, now, live)] += 1;
  }
  await removeEmpty(join(root, videoId));
}

async function settle(
  root: string,
  attempt: Attempt,
  now: Date,
  live: ReadonlySet<number>,
): Promise<keyof SweptScratch> {
  const folder = scratchFolder(root, attempt);
  try {
    const idleMs = now.getTime() - (await lastHeldAt(folder)).getTime();
    if (live.has(attempt.attempt) || idleMs <= IDLE_MS) return "kept";
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    return "removed";
  } catch (error) {
    // Gone between two looks: its task has ended.
    if (isMissing(error)) return "kept";
    log.error({ err: error, folder }, "A scratch folder could not be deleted: the next run tries again");
    return "failed";
  }
}

async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** Another attempt of the video may begin at this moment: then its folder is not empty, and stays. */
async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOTEMPTY" && code !== "ENOENT") throw error;
  }
}
