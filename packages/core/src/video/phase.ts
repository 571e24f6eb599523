import { invalidate } from "../cache/cache.ts";
import { afterTx, useTransaction } from "../database/transaction.ts";
import { record } from "../event/event.ts";
import type { Attempt } from "../storage/keys.ts";
import { change, lock } from "./lock.ts";
import type { Phase, Status } from "./status.ts";

export interface PhaseChange extends Attempt {
  readonly phase: Phase;
}

const WORKED_ON: readonly Status[] = ["waiting", "processing", "playable"];

/**
 * Notes what an attempt has come to; the first phase makes a waiting video a processing one. False when the attempt is no
 * longer the video's: it was canceled, removed, has ended, or another attempt has begun. The work is then to be dropped.
 */
export async function enterPhase({ videoId, attempt, phase }: PhaseChange): Promise<boolean> {
  return useTransaction(async () => {
    const video = await lock(videoId);
    if (video?.attempt !== attempt) return false;
    if (!WORKED_ON.includes(video.status)) return false;
    const status = video.status === "waiting" ? "processing" : video.status;
    if (video.phase === phase && video.status === status) return true;
    await change(videoId, { phase, status });
    await record({ videoId, attempt, type: "phase.entered", data: { phase } });
    await afterTx(() => invalidate(videoId));
    return true;
  });
}
