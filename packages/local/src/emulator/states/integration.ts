/** What a Task state can call. The interpreter owns timeouts, retries and history; an integration only does the work. */

/** A failure with the name that Retry and Catch match, such as `ECS.AmazonECSException` or `States.TaskFailed`. */
export class TaskError extends Error {
  override readonly name = "TaskError";
  readonly error: string;
  /** Left out where AWS gives none. */
  readonly causeText: string | undefined;

  constructor(error: string, causeText?: string, options?: ErrorOptions) {
    super(causeText === undefined ? error : `${error}: ${causeText}`, options);
    this.error = error;
    this.causeText = causeText;
  }
}

export interface CallContext {
  readonly executionArn: string;
  readonly stateName: string;
  readonly roleArn: string;
  /** Set for `.waitForTaskToken`. */
  readonly taskToken: string | undefined;
  /** Aborted when the state times out, a sibling branch fails or the execution is stopped: the work must end too. */
  readonly signal: AbortSignal;
}

/** A service integration, `arn:aws:states:::<service>:<action>`, registered under `<service>:<action>`. */
export interface Integration {
  /** Calls the service. Resolves with the response (PascalCase keys); rejects with a {@link TaskError}. */
  call(parameters: unknown, context: CallContext): Promise<unknown>;
  /** For `.sync`: resolves with the state's result when the job that `call` started is over, or rejects with a {@link TaskError}. */
  wait?(response: unknown, context: CallContext): Promise<unknown>;
  /** The error of an attempt that was under way when the machine went down, for which no answer will ever come. */
  interrupted(): TaskError;
}

export type FunctionOutcome =
  /** JSON text of what the function returned. */
  | { readonly ok: true; readonly payload: string }
  /** `payload` is the JSON text that Lambda gives: `{ errorType, errorMessage, trace }`. */
  | { readonly ok: false; readonly errorType: string; readonly payload: string };

export interface Functions {
  /** Invokes a function by name or ARN. Rejects with a {@link TaskError} when Lambda itself refuses (`Lambda.ResourceNotFoundException`). */
  invoke(
    function_: string,
    payload: string,
    options: { readonly signal: AbortSignal },
  ): Promise<FunctionOutcome>;
}
