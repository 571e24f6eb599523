/**
 * Every code a caller can meet, with what it means for a retry. Codes are part of the API: they are added, never renamed.
 *
 * - `rejected`: the source itself is at fault; trying again with the same bytes gives the same answer.
 * - `failed`: the system is at fault; trying again may help.
 */
export const FAILURES = {
  source_missing: "rejected",
  source_replaced: "rejected",
  source_empty: "rejected",
  source_too_large: "rejected",
  source_not_video: "rejected",
  source_no_video_stream: "rejected",
  source_corrupt: "rejected",
  source_truncated: "rejected",
  source_too_long: "rejected",
  source_dimensions_unsupported: "rejected",
  source_frame_rate_unsupported: "rejected",
  source_color_unsupported: "rejected",
  source_too_many_streams: "rejected",
  source_probe_timed_out: "rejected",
  cost_limit_exceeded: "rejected",
  output_invalid: "failed",
  processing_failed: "failed",
  processing_timed_out: "failed",
  processing_out_of_memory: "failed",
  start_failed: "failed",
} as const satisfies Record<string, "rejected" | "failed">;

export type FailureCode = keyof typeof FAILURES;
export const failureCodes = Object.keys(FAILURES) as [FailureCode, ...FailureCode[]];
/** The failures that are the source's fault. */
export type RejectionCode = {
  [Code in FailureCode]: (typeof FAILURES)[Code] extends "rejected" ? Code : never;
}[FailureCode];

/** What people read of each rejection: what is wrong with the file, and what to do. No text of the file is in it. */
export const REASONS: Readonly<Record<RejectionCode, string>> = {
  source_missing: "The uploaded file is no longer there. Upload it again.",
  source_replaced: "The uploaded file was replaced while it was being processed. Start processing again.",
  source_empty: "The file is empty. Upload it again.",
  source_too_large: "The file is larger than is accepted.",
  source_not_video:
    "The file is not a video in a format that is read here. MP4, MOV, WebM and MKV always are.",
  source_no_video_stream: "The file has no moving picture in it, only sound or a cover image.",
  source_corrupt:
    "The file looks like a video, but its picture or its sound cannot be decoded. Export it again and upload that.",
  source_truncated:
    "The file ends before its own video does: the upload or the recording was cut off. Upload it again.",
  source_too_long: "The video is longer than 4 hours. Cut it into parts.",
  source_dimensions_unsupported:
    "The picture's size is not supported: 16 to 8192 pixels a side, 36 megapixels at most.",
  source_frame_rate_unsupported: "The video has more than 240 frames a second.",
  source_color_unsupported:
    "The video is Dolby Vision of a kind that has no picture for other players. Export it as HDR10, HLG or SDR.",
  source_too_many_streams: "The file has more than 64 streams.",
  source_probe_timed_out:
    "The file is built in a way that takes too long to read. Export it again and upload that.",
  cost_limit_exceeded:
    "Processing the video would cost more than its limit allows. Allow more, or upload less.",
};

/** Why a video failed: the code for programs, the message for people. Holds no string of the source. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
}

/** True when the same source may succeed in another attempt. */
export function isRetryable(code: FailureCode): boolean {
  return FAILURES[code] === "failed";
}

export type Kind = "invalid" | "missing" | "conflict" | "unprocessable" | "unavailable";

/** A failure the caller may see. Anything else is ours, and answers 500. */
export class VisibleError extends Error {
  override readonly name = "VisibleError";
  readonly kind: Kind;
  readonly code: string;

  constructor(kind: Kind, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
    this.code = code;
  }
}
