import { DATA_LIMIT_BYTES } from "./json.ts";

/** Error names of the States Language, https://states-language.net/#appendix-a, and AWS's own. */
export const ALL = "States.ALL";
export const TASK_FAILED = "States.TaskFailed";
export const TIMEOUT = "States.Timeout";
export const HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";
export const RUNTIME = "States.Runtime";
const DATA_LIMIT_EXCEEDED = "States.DataLimitExceeded";
export const QUERY_EVALUATION = "States.QueryEvaluationError";
export const ITEM_READER_FAILED = "States.ItemReaderFailed";
export const RESULT_WRITER_FAILED = "States.ResultWriterFailed";
export const TOLERANCE_EXCEEDED = "States.ExceedToleratedFailureThreshold";

/** Why a state, a task or an execution failed. A Fail state may give neither a name nor a cause. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
  /** A second name that Retry and Catch match: a missed heartbeat is reported as `States.Timeout`. */
  readonly alias?: string;
}

/** A state failed and nothing caught it. It ends the branch, iteration or execution around it. */
export class StateFailed extends Error {
  override readonly name = "StateFailed";
  readonly failure: Failure;

  constructor(failure: Failure, options?: ErrorOptions) {
    super(`${failure.error ?? "(no error)"}: ${failure.cause ?? ""}`, options);
    this.failure = failure;
  }
}

/** The interpreter itself cannot go on (`States.Runtime`): no Retry and no Catch applies, the execution fails. */
export class ExecutionFailure extends Error {
  override readonly name = "ExecutionFailure";
  readonly failure: Failure;
  /** The last event of the thread in which it happened. */
  after: number | undefined;

  constructor(cause: string, options?: ErrorOptions) {
    super(cause, options);
    this.failure = { error: RUNTIME, cause };
  }
}

/** Somebody else ended this work: a sibling failed, the execution is over, or the machine goes down. */
export class Aborted extends Error {
  override readonly name = "Aborted";
  readonly why: "sibling" | "ended" | "closing";

  constructor(why: Aborted["why"]) {
    super(`Aborted: ${why}`);
    this.why = why;
  }
}

/** True if an `ErrorEquals` list names the failure. Names are compared exactly; two of them are wildcards. */
export function matches(names: readonly string[], failure: Failure): boolean {
  return names.some(
    (name) =>
      name === ALL ||
      (failure.error !== undefined && name === failure.error) ||
      name === failure.alias ||
      (name === TASK_FAILED && failure.error !== TIMEOUT),
  );
}

/** What a Catch sees as `$states.errorOutput`. */
export function errorOutput({ error, cause }: Failure): { readonly Error: string; readonly Cause: string } {
  return { Error: error ?? "", Cause: cause ?? "" };
}

/** @param what the state's name, a service such as `lambda`, or a function's ARN */
export function dataLimit(what: string): Failure {
  return {
    error: DATA_LIMIT_EXCEEDED,
    cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  };
}

export const DATA_LIMIT_MESSAGE = `Member must have length less than or equal to ${DATA_LIMIT_BYTES}`;
