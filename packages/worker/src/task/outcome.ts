import { REASONS, type RejectionCode } from "@telecine/core/error";
import { EXIT_CODES } from "@telecine/core/task/contract";

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
