import { and, eq } from "drizzle-orm";
import { invalidate } from "../cache/cache.ts";
import { db } from "../database/client.ts";
import { afterTx, useTransaction } from "../database/transaction.ts";
import { record } from "../event/event.ts";
import { jobTable } from "../job/job.sql.ts";
import type { Attempt } from "../storage/keys.ts";
import { change, lock } from "./lock.ts";
import { findRow } from "./video.ts";

export interface Playable extends Attempt {
  /** Of a playlist that can be played now, and that grows or is soon followed by another. */
  readonly hlsKey: string;
}

/**
 * Lets people play what there is of a video while the rest is being made. The first call of an attempt counts; false when
 * the video is playable or ready already, or does not wait for this attempt any more.
 */
export async function makePlayable({ videoId, attempt, hlsKey }: Playable): Promise<boolean> {
  return useTransaction(async () => {
    const video = await lock(videoId);
    if (video?.attempt !== attempt || video.status !== "processing") return false;
    const playableAt = new Date();
    const secondsToPlayable = secondsBetween(await sourceCompletedAt({ videoId, attempt }), playableAt);
    await change(videoId, { status: "playable", hlsKey, playableAt, secondsToPlayable });
    await record({ videoId, attempt, type: "video.playable", data: { hlsKey, secondsToPlayable } });
    await afterTx(() => invalidate(videoId));
    return true;
  });
}

/** The playlist that an attempt's video can be played by; null when it cannot be yet, or is another attempt's by now. */
export async function playedBy({ videoId, attempt }: Attempt): Promise<string | null> {
  const video = await findRow(videoId);
  return video?.attempt === attempt ? video.hlsKey : null;
}

/** An attempt is owed its job when its source is complete, or when it is asked for. */
async function sourceCompletedAt({ videoId, attempt }: Attempt): Promise<Date | undefined> {
  const [row] = await db
    .select({ createdAt: jobTable.createdAt })
    .from(jobTable)
    .where(and(eq(jobTable.videoId, videoId), eq(jobTable.attempt, attempt)));
  return row?.createdAt;
}

function secondsBetween(start: Date | undefined, end: Date): number | null {
  return start ? Math.max(0, (end.getTime() - start.getTime()) / 1000) : null;
}
