import { z } from "zod";
import { failureCodes } from "../error.ts";
import { idSchema } from "../util/id.ts";
import { STATUSES } from "../video/status.ts";

/**
 * What the workflow publishes about a video that has come to an end. `version` rises with each change of the video, so a
 * consumer drops what is older than what it knows; the same message may arrive twice.
 */
const shared = {
  id: idSchema("video"),
  status: z.enum(STATUSES),
  attempt: z.int().positive(),
  occurredAt: z.iso.datetime(),
  version: z.int().positive(),
};

/** To the completion topic. */
export const ReadyMessage = z.strictObject({
  type: z.literal("video.ready"),
  ...shared,
  durationSeconds: z.number().positive(),
  playback: z.strictObject({ hls: z.url(), dash: z.url().nullable(), mp4: z.url().nullable().default(null) }),
  poster: z.url(),
  renditions: z.array(z.string()),
});
export type ReadyMessage = z.infer<typeof ReadyMessage>;

/**
 * To the error topic: a video that failed (`video.failed`), or an execution that ended without being the video's last
 * word: its owner canceled it (`video.canceled`), or the video has gone on without it (`video.superseded`).
 */
export const FailedMessage = z.strictObject({
  type: z.enum(["video.failed", "video.canceled", "video.superseded"]),
  ...shared,
  error: z.strictObject({
    code: z.enum([...failureCodes, "canceled", "superseded"]),
    message: z.string(),
    retryable: z.boolean(),
  }),
});
export type FailedMessage = z.infer<typeof FailedMessage>;
