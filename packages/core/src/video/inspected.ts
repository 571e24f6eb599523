import { useTransaction } from "../database/transaction.ts";
import { notePlan } from "../job/plan.ts";
import type { PlanSummary } from "../plan/plan.ts";
import type { Attempt } from "../storage/keys.ts";
import { change, lock } from "./lock.ts";
import type { VideoRow } from "./video.sql.ts";

/** What headers say of a source. A task looks closer, and may find something else. */
export type FirstLook = Partial<
  Pick<VideoRow, "durationSeconds" | "width" | "height" | "frameRate" | "videoCodec" | "audioCodec">
>;

/** Notes what was seen of a source from afar, and how it will be encoded, while its attempt is the video's. */
export async function noteInspection(
  { videoId, attempt }: Attempt,
  look: FirstLook,
  plan: PlanSummary,
): Promise<void> {
  await useTransaction(async () => {
    const video = await lock(videoId);
    if (video?.attempt !== attempt || video.status !== "processing") return;
    if (Object.keys(look).length > 0) await change(videoId, look);
    await notePlan({ videoId, attempt }, plan);
  });
}
