import { and, eq, isNull } from "drizzle-orm";
import { invalidate } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { afterTx, useTransaction } from "../database/transaction.ts";
import { record } from "../event/event.ts";
import * as job from "../job/job.ts";
import { SOURCE_PREFIX, sourceKey, type Attempt } from "../storage/keys.ts";
import { createdAtOf, createId, idSchema } from "../util/id.ts";
import { cleanFileName, cut, titleOf } from "../util/text.ts";
import { MAX_FILE_NAME_LENGTH, MAX_TITLE_LENGTH } from "../video/create.ts";
import { beginAttempt } from "../video/lifecycle.ts";
import { change, lock } from "../video/lock.ts";
import type { Status } from "../video/status.ts";
import { videoTable, type VideoRow } from "../video/video.sql.ts";
import { markCompleted } from "./record.ts";

/** An object that has come to lie under `source/`. */
export interface Arrival {
  readonly key: string;
  readonly etag: string;
  readonly sizeBytes: number;
  /** S3's order of the events on one key; null where the arrival was found, not announced. */
  readonly sequencer: string | null;
}

/**
 * Takes note of a source, however often and in whatever order it is announced, and gives the attempt whose execution is
 * then owed, for the caller to start; null where nothing is. An object that no video is waiting for becomes a video.
 */
export async function receive(arrival: Arrival): Promise<Attempt | null> {
  return useTransaction(async () => {
    const video = await findOrCreate(arrival);
    if (!video) return null;
    const attempt = { videoId: video.id, attempt: video.attempt };
    if (isStale(arrival, video)) return (await job.isOwed(attempt)) ? attempt : null;
    const isNew = await record({
      ...attempt,
      type: "source.uploaded",
      dedupeKey: dedupeKey(arrival),
      data: { ...arrival },
    });
    // A delivery that was seen before may come again because the start failed then.
    if (!isNew) return (await job.isOwed(attempt)) ? attempt : null;
    return ON_ARRIVAL[video.status](video, arrival);
  });
}

/** What an arrival means to a video in each status. */
const ON_ARRIVAL: Record<Status, (video: VideoRow, arrival: Arrival) => Promise<Attempt | null>> = {
  waiting: acceptSource,
  processing: ignore,
  playable: ignore,
  ready: ignore,
  canceled: ignore,
  async failed(video, arrival) {
    // The same bytes, announced late: they were tried, and `retry` tries them again.
    if (video.sourceSequencer === null && video.sourceEtag === arrival.etag) return ignore(video, arrival);
    const attempt = await beginAttempt(video);
    return acceptSource({ ...video, attempt }, arrival);
  },
};

async function acceptSource(video: VideoRow, arrival: Arrival): Promise<Attempt> {
  const attempt = { videoId: video.id, attempt: video.attempt };
  await change(video.id, {
    phase: "queued",
    sizeBytes: arrival.sizeBytes,
    sourceEtag: arrival.etag,
    sourceSequencer: arrival.sequencer ?? video.sourceSequencer,
  });
  await markCompleted(video.id);
  await job.owe(attempt);
  await afterTx(() => invalidate(video.id));
  return attempt;
}

async function ignore({ id: videoId, attempt, status }: VideoRow, arrival: Arrival): Promise<null> {
  await record({ videoId, attempt, type: "source.ignored", data: { ...arrival, status } });
  return null;
}

async function findOrCreate(arrival: Arrival): Promise<VideoRow | undefined> {
  const [found] = await bySource(arrival.key);
  if (found) return lock(found.id);
  // A key of ours without its video: the video was removed.
  if (isOurs(arrival.key) || isFolder(arrival)) return undefined;
  await createFromBucket(arrival);
  const [created] = await bySource(arrival.key);
  return created && lock(created.id);
}

function bySource(key: string) {
  return db
    .select({ id: videoTable.id })
    .from(videoTable)
    .where(and(eq(videoTable.sourceKey, key), isNull(videoTable.deletedAt)));
}

/** Somebody copied a file into the bucket. Of several deliveries at once, one makes the row. */
async function createFromBucket({ key, sizeBytes }: Arrival): Promise<void> {
  const fileName = cut(cleanFileName(key), MAX_FILE_NAME_LENGTH);
  const title = cut(titleOf(fileName), MAX_TITLE_LENGTH) || "Untitled";
  const videoId = createId("video");
  const rows = await db
    .insert(videoTable)
    .values({
      id: videoId,
      createdAt: createdAtOf(videoId),
      title,
      fileName: fileName || null,
      sizeBytes,
      sourceKey: key,
    })
    .onConflictDoNothing()
    .returning({ id: videoTable.id });
  if (rows.length > 0)
    await record({ videoId, attempt: 1, type: "video.created", data: { via: "bucket", key } });
}

function isOurs(key: string): boolean {
  const id = key.slice(SOURCE_PREFIX.length).split("/")[0] ?? "";
  return idSchema("video").safeParse(id).success && key === sourceKey(id);
}

function isFolder({ key, sizeBytes }: Arrival): boolean {
  return key.endsWith("/") && sizeBytes === 0;
}

/** True for news of an object that another has replaced since. */
function isStale(arrival: Arrival, { sourceSequencer }: VideoRow): boolean {
  if (arrival.sequencer === null || sourceSequencer === null) return false;
  const length = Math.max(arrival.sequencer.length, sourceSequencer.length);
  return arrival.sequencer.padStart(length, "0") < sourceSequencer.padStart(length, "0");
}

function dedupeKey({ key, sequencer, etag }: Arrival): string {
  return `source:${key}#${sequencer ?? etag}`;
}
