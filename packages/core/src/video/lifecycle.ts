import { eq } from "drizzle-orm";
import { invalidate } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { afterTx, useTransaction } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { record } from "../event/event.ts";
import * as job from "../job/job.ts";
import { renditionTable } from "../rendition/rendition.sql.ts";
import { mediaPrefix, SOURCE_PREFIX, WORK_PREFIX, type Attempt } from "../storage/keys.ts";
import { deleteKeys, deletePrefix, head } from "../storage/storage.ts";
import { abort } from "../upload/record.ts";
import * as workflow from "../workflow/workflow.ts";
import type { VideoInfo } from "./info.ts";
import { change, lock } from "./lock.ts";
import { isFinal } from "./status.ts";
import { current, findRow, videoNotFound } from "./video.ts";
import type { VideoRow } from "./video.sql.ts";

/** Ends what is under way for good. Canceling twice is fine; a video that has ended: VisibleError `video_not_cancelable`. */
export async function cancel(id: string): Promise<VideoInfo> {
  const video = await useTransaction(async () => {
    const video = await lock(id);
    if (!video) throw videoNotFound();
    if (video.status === "canceled") return video;
    if (isFinal(video.status)) {
      throw new VisibleError(
        "conflict",
        "video_not_cancelable",
        `A video that is ${video.status} cannot be canceled.`,
      );
    }
    return cancelLocked(video);
  });
  await stopWork(video);
  return current(id);
}

/**
 * Begins another attempt at a video that failed or was canceled. Other videos: VisibleError `video_not_retryable`; without
 * a source in the bucket: `source_missing`.
 */
export async function retry(id: string): Promise<VideoInfo> {
  const before = await findRow(id);
  if (!before) throw videoNotFound();
  assertRetryable(before);
  if (!(await head(before.sourceKey))) {
    throw new VisibleError(
      "conflict",
      "source_missing",
      "The source is not in the bucket. Create a new video for it.",
    );
  }
  const attempt = await useTransaction(async () => {
    const video = await lock(id);
    if (!video) throw videoNotFound();
    assertRetryable(video);
    return beginAttempt(video);
  });
  await job.startSoon({ videoId: id, attempt });
  return current(id);
}

/** Makes a video vanish: at once for readers, then its files. What cannot be deleted now, the reconciler deletes. */
export async function remove(id: string): Promise<void> {
  const video = await useTransaction(async () => {
    const video = await lock(id);
    if (!video) throw videoNotFound();
    if (!isFinal(video.status)) await cancelLocked(video);
    await record({ videoId: id, attempt: video.attempt, type: "video.removed" });
    await afterTx(() => invalidate(id));
    return change(id, { deletedAt: new Date() });
  });
  await stopWork(video);
  await purge(video);
}

/** Deletes everything that a video has in the bucket. */
export async function purge({ id, sourceKey }: Pick<VideoRow, "id" | "sourceKey">): Promise<void> {
  await deletePrefix(mediaPrefix(id));
  await deletePrefix(`${WORK_PREFIX}${id}/`);
  await deletePrefix(`${SOURCE_PREFIX}${id}/`);
  // A source that was copied into the bucket by hand lies elsewhere.
  await deleteKeys([sourceKey]);
}

/** Puts a video that failed or was canceled back to the start, in the transaction under way. Gives the new attempt's number. */
export async function beginAttempt(video: VideoRow): Promise<number> {
  const attempt = video.attempt + 1;
  await change(video.id, {
    ...{ status: "waiting", phase: "queued", attempt },
    ...{
      errorCode: null,
      errorMessage: null,
      playableAt: null,
      secondsToPlayable: null,
      hlsKey: null,
      dashKey: null,
      posterKey: null,
      storyboardKey: null,
      thumbnailCount: null,
      thumbnailSeconds: null,
      mp4Key: null,
      mp4SizeBytes: null,
      droppedRungs: [],
    },
  });
  await db
    .delete(renditionTable)
    .where(eq(renditionTable.videoId, video.id))
    .returning({ id: renditionTable.id });
  await job.owe({ videoId: video.id, attempt });
  await record({ videoId: video.id, attempt, type: "video.retried" });
  await afterTx(() => invalidate(video.id));
  return attempt;
}

async function cancelLocked(video: VideoRow): Promise<VideoRow> {
  const { id: videoId, attempt } = video;
  await job.finish({ videoId, attempt }, "canceled");
  await record({ videoId, attempt, type: "video.canceled" });
  await afterTx(() => invalidate(videoId));
  return change(videoId, { status: "canceled", phase: "done", hlsKey: null, playableAt: null });
}

/** After the commit: what still runs for the attempt would be refused by its fence, but costs money. */
async function stopWork({ id: videoId, attempt }: VideoRow): Promise<void> {
  const work: Attempt = { videoId, attempt };
  await workflow.stop(work);
  await abort(videoId);
}

function assertRetryable({ status }: VideoRow): void {
  if (status === "failed" || status === "canceled") return;
  throw new VisibleError(
    "conflict",
    "video_not_retryable",
    `A video that is ${status} cannot be tried again.`,
  );
}
