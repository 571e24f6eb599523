import { read } from "../database/transaction.ts";
import { VisibleError } from "../error.ts";
import { outputPrefix } from "../storage/keys.ts";
import { mediaUrl } from "../storage/url.ts";
import { thumbnailAt, thumbnailKey } from "../storyboard/thumbnail.ts";
import { idSchema } from "../util/id.ts";
import { findRow, videoNotFound } from "./video.ts";

/**
 * The address of the picture that is nearest to a time, in seconds of the video. VisibleError `video_not_found`;
 * `thumbnail_not_ready` while there is none; `time_out_of_range` behind the video's end.
 */
export async function thumbnailUrl(id: string, timeSeconds: number): Promise<string> {
  const video = idSchema("video").safeParse(id).success ? await read(() => findRow(id)) : undefined;
  if (!video) throw videoNotFound();
  const { attempt, durationSeconds, thumbnailCount: count, thumbnailSeconds: everySeconds } = video;
  if (!count || everySeconds === null) {
    const message =
      video.status === "ready"
        ? "The video was made before there were thumbnails. Send it again to have them."
        : "The video has no thumbnails yet. Ask again when it is ready.";
    throw new VisibleError("conflict", "thumbnail_not_ready", message);
  }
  const endSeconds = Math.max(durationSeconds ?? 0, (count - 1) * everySeconds);
  if (timeSeconds > endSeconds) {
    const message = `The video ends at ${endSeconds} s. Ask for a time from 0 to that.`;
    throw new VisibleError("invalid", "time_out_of_range", message);
  }
  const number = thumbnailAt(timeSeconds, { everySeconds, count });
  return mediaUrl(outputPrefix({ videoId: id, attempt }) + thumbnailKey(number));
}
