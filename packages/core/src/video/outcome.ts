import { and, eq } from "drizzle-orm";
import { invalidate } from "../cache/cache.ts";
import { fingerprint, type FoundCaptions, insertFound, rowsOf } from "../captions/rows.ts";
import { db } from "../database/client.ts";
import { afterTx, useTransaction } from "../database/transaction.ts";
import { isRetryable, type Failure } from "../error.ts";
import { eventTable } from "../event/event.sql.ts";
import { record } from "../event/event.ts";
import type { EventType } from "../event/type.ts";
import * as job from "../job/job.ts";
import type { DroppedRung } from "../ladder/ladder.ts";
import { FailedMessage, ReadyMessage } from "../message/message.ts";
import { renditionTable } from "../rendition/rendition.sql.ts";
import type { Attempt } from "../storage/keys.ts";
import { mediaUrl } from "../storage/url.ts";
import { sourceFacts } from "../source/facts.ts";
import type { SourceInfo } from "../task/contract.ts";
import { trackTable } from "../track/track.sql.ts";
import { log } from "../util/log.ts";
import { SIGNALS } from "../util/signal.ts";
import { change, lock } from "./lock.ts";
import type { VideoRow } from "./video.sql.ts";

export interface Publication extends Attempt {
  readonly source: SourceInfo;
  readonly hlsKey: string;
  readonly dashKey: string;
  readonly posterKey: string;
  readonly storyboardKey: string;
  readonly thumbnailCount: number;
  readonly thumbnailSeconds: number;
  /** Null where none was asked for. */
  readonly mp4?: { readonly key: string; readonly sizeBytes: number } | null;
  readonly droppedRungs: readonly DroppedRung[];
  /** Best first. */
  readonly renditions: readonly Omit<typeof renditionTable.$inferInsert, "videoId" | "attempt" | "id">[];
  readonly words?: {
    /** The fingerprint of the words that were sent for the video, as its playlists show them. */
    readonly sent: string;
    /** Those of the source, beside them. */
    readonly found: readonly FoundCaptions[];
  };
}

export type PublishOutcome =
  | { readonly outcome: "published"; readonly message: ReadyMessage }
  /** Words were sent or taken away since the playlists were written. Nothing was changed. */
  | { readonly outcome: "outdated" }
  /** The attempt is no longer the video's: canceled, removed, failed, or another has begun. Nothing was changed. */
  | { readonly outcome: "superseded" };

/** Makes a video ready. A second call for the attempt changes nothing and gives the same message. */
export async function publish(publication: Publication): Promise<PublishOutcome> {
  const { videoId, attempt } = publication;
  return useTransaction(async () => {
    const video = await lock(videoId);
    if (video?.attempt !== attempt) return { outcome: "superseded" };
    if (video.status === "ready")
      return { outcome: "published", message: await readyMessage({ videoId, attempt }) };
    if (video.status !== "processing" && video.status !== "playable") return { outcome: "superseded" };
    if (publication.words && fingerprint(await rowsOf(videoId)) !== publication.words.sent)
      return { outcome: "outdated" };
    return { outcome: "published", message: await commitReady(publication) };
  });
}

/** The message of an attempt that made its video ready; undefined where it did not. */
export async function findReady({ videoId, attempt }: Attempt): Promise<ReadyMessage | undefined> {
  return useTransaction(async () => {
    const video = await lock(videoId);
    if (video?.attempt !== attempt || video.status !== "ready") return undefined;
    return readyMessage({ videoId, attempt });
  });
}

/**
 * Makes a video failed, unless it is ready, canceled, or in another attempt. A second call changes nothing and gives the
 * same message.
 */
export async function fail(attempt: Attempt, failure: Failure): Promise<FailedMessage> {
  return useTransaction(async () => {
    const video = await lock(attempt.videoId);
    if (video?.attempt !== attempt.attempt) return bystander("video.superseded", attempt, video);
    if (video.status === "canceled") return bystander("video.canceled", attempt, video);
    if (video.status === "ready") return bystander("video.superseded", attempt, video);
    if (video.status === "failed") return failedMessage(video);
    return commitFailed(attempt, failure);
  });
}

async function commitReady(publication: Publication): Promise<ReadyMessage> {
  const { videoId, attempt, source, hlsKey, dashKey, posterKey, storyboardKey, mp4 } = publication;
  const droppedRungs = [...publication.droppedRungs];
  const { durationSeconds, sizeBytes, width, height, frameRate, videoCodec, audioCodec } = source;
  await replaceOutputs(publication);
  const readyAt = new Date();
  const { version } = await change(videoId, {
    ...{ status: "ready", phase: "done", probe: source, hlsKey, dashKey, posterKey, storyboardKey, readyAt },
    ...{ thumbnailCount: publication.thumbnailCount, thumbnailSeconds: publication.thumbnailSeconds },
    ...{ droppedRungs, mp4Key: mp4?.key ?? null, mp4SizeBytes: mp4?.sizeBytes ?? null },
    ...{ durationSeconds, sizeBytes, width, height, frameRate, videoCodec, audioCodec },
    ...sourceFacts(source),
  });
  const message = ReadyMessage.parse({
    ...{ type: "video.ready", id: videoId, status: "ready", attempt, durationSeconds, version },
    playback: { hls: mediaUrl(hlsKey), dash: mediaUrl(dashKey), mp4: mp4 ? mediaUrl(mp4.key) : null },
    poster: mediaUrl(posterKey),
    renditions: publication.renditions.map(({ name }) => name),
    occurredAt: readyAt.toISOString(),
  });
  await job.finish({ videoId, attempt }, "succeeded");
  await settle({ videoId, attempt }, "video.ready", message);
  return message;
}

async function replaceOutputs(publication: Publication): Promise<void> {
  const { videoId, attempt, source, renditions, words } = publication;
  await db.delete(renditionTable).where(eq(renditionTable.videoId, videoId));
  await db.insert(renditionTable).values(renditions.map((rendition) => ({ ...rendition, videoId, attempt })));
  await insertFound(videoId, words?.found ?? []);
  await db.delete(trackTable).where(eq(trackTable.videoId, videoId));
  if (source.tracks.length === 0) return;
  await db.insert(trackTable).values(source.tracks.map((track) => ({ ...track, videoId })));
}

async function commitFailed(attempt: Attempt, failure: Failure): Promise<FailedMessage> {
  const { code: errorCode, message: errorMessage } = failure;
  const row = await change(attempt.videoId, {
    ...{ status: "failed", phase: "done", errorCode, errorMessage },
    // What could be played of it goes with the rest of the attempt.
    ...{ hlsKey: null, playableAt: null },
  });
  await job.finish(attempt, "failed", failure);
  const message = failedMessage(row);
  await settle(attempt, "video.failed", message);
  if (message.error.retryable) await afterTx(() => tellOperators(failure));
  return message;
}

async function tellOperators({ code }: Failure): Promise<void> {
  log.error({ signal: SIGNALS.videoFailed, code }, "A video failed through our fault");
}

async function settle(
  attempt: Attempt,
  type: EventType,
  message: ReadyMessage | FailedMessage,
): Promise<void> {
  await record({ ...attempt, type, data: { message } });
  await afterTx(() => invalidate(attempt.videoId));
}

/** The journal holds the message as it was first said. */
async function readyMessage({ videoId, attempt }: Attempt): Promise<ReadyMessage> {
  const [event] = await db
    .select({ data: eventTable.data })
    .from(eventTable)
    .where(
      and(
        eq(eventTable.videoId, videoId),
        eq(eventTable.attempt, attempt),
        eq(eventTable.type, "video.ready"),
      ),
    );
  return ReadyMessage.parse(event?.data.message);
}

function failedMessage(row: VideoRow): FailedMessage {
  const code = row.errorCode ?? "processing_failed";
  return {
    ...{ type: "video.failed", id: row.id, status: row.status, attempt: row.attempt, version: row.version },
    error: { code, message: row.errorMessage ?? "", retryable: isRetryable(code) },
    occurredAt: row.updatedAt.toISOString(),
  };
}

const BYSTANDERS = {
  "video.canceled": { code: "canceled", message: "The video was canceled." },
  "video.superseded": { code: "superseded", message: "The video has gone on without this attempt." },
} as const;

function bystander(
  type: keyof typeof BYSTANDERS,
  { videoId, attempt }: Attempt,
  video: VideoRow | undefined,
): FailedMessage {
  return {
    ...{ type, id: videoId, attempt, status: video?.status ?? "canceled", version: video?.version ?? 1 },
    error: { ...BYSTANDERS[type], retryable: false },
    occurredAt: (video?.updatedAt ?? new Date()).toISOString(),
  };
}
