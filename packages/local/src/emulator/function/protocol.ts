/** What passes between the host and the process that a function lives in. */

export interface Invocation {
  readonly requestId: string;
  /** JSON text. */
  readonly event: string;
  readonly deadlineMs: number;
}

/** `payload` is JSON text: what the handler returned, or `{ errorType, errorMessage, trace }`. */
export interface Answer {
  readonly requestId: string;
  readonly ok: boolean;
  readonly payload: string;
}

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}
