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
  source_too_many_streams: "rejected",
  source_probe_timed_out: "rejected",
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
