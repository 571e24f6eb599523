import type { RejectionCode } from "@telecine/core/error";
import { EXIT_CODES } from "@telecine/core/task/contract";

/** What people read of each rejection: what is wrong with the file, and what to do. No text of the file is in it. */
const REASONS: Readonly<Record<RejectionCode, string>> = {
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
  source_too_many_streams: "The file has more than 64 streams.",
  source_probe_timed_out:
    "The file is built in a way that takes too long to read. Export it again and upload that.",
};

/** The source can never succeed: an outcome of the task, not a failure of it. */
export class Rejection extends Error {
  override readonly name = "Rejection";
  readonly code: RejectionCode;

  constructor(code: RejectionCode, options?: ErrorOptions) {
    super(REASONS[code], options);
    this.code = code;
  }
}

/** This run failed; another may not. Its code becomes the process's exit code. */
export class TaskFailure extends Error {
  override readonly name = "TaskFailure";
  readonly code: keyof typeof EXIT_CODES;

  constructor(code: keyof typeof EXIT_CODES, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The attempt was canceled, or a newer one took its place: its work is worth nothing, and nobody waits for it. */
export class Superseded extends Error {
  override readonly name = "Superseded";
}

/** The process was asked to stop. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
