/**
 * What a stand-in for an AWS service implements. One HTTP endpoint (`aws/server.ts`) authenticates every request and hands
 * it to the service that its signature's scope names; the same objects are called directly by the other stand-ins.
 */

/** Who signed the request: the function, task, state machine or person that the access key belongs to. */
export interface Caller {
  readonly accessKeyId: string;
  /** The principal's ARN, for example a role's. */
  readonly arn: string;
}

/** An error as AWS answers it: the SDK turns `code` into the exception's name. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  readonly code: string;
  readonly statusCode: number;

  constructor(code: string, message: string, options?: ErrorOptions & { statusCode?: number }) {
    super(message, options);
    this.code = code;
    this.statusCode = options?.statusCode ?? 400;
  }
}

/**
 * An operation of an AWS JSON 1.0 or 1.1 service: the parsed body in, the answer's body out. Timestamps leave as epoch
 * seconds (the protocol's form); a thrown {@link AwsError} becomes the error answer.
 */
export type Operation = (input: Record<string, unknown>, caller: Caller) => Promise<object>;

/** A service that speaks AWS JSON: the operation stands in the header `X-Amz-Target: <targetPrefix>.<Operation>`. */
export interface JsonService {
  /** The name in the signature's scope: `states`, `ecs`, `secretsmanager`. */
  readonly name: string;
  readonly targetPrefix: string;
  readonly jsonVersion: "1.0" | "1.1";
  readonly operations: Readonly<Record<string, Operation>>;
}
