import type { XmlObject } from "./xml.ts";

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
  override readonly name: string = "AwsError";
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
  /** The ARN that an operation acts on, for authorization. Left out means `*`. */
  resource?(operation: string, input: Record<string, unknown>): string;
}

/** An operation of an AWS Query service: form fields in, the content of `<Operation>Result` out. */
export type QueryOperation = (input: URLSearchParams, caller: Caller | undefined) => Promise<XmlObject>;

/** A service that speaks AWS Query: the operation stands in the form field `Action`. */
export interface QueryService {
  readonly name: string;
  /** The XML namespace of its answers. */
  readonly namespace: string;
  readonly operations: Readonly<Record<string, QueryOperation>>;
  /** Operations that a link in a message may call without a signature. */
  readonly anonymous: ReadonlySet<string>;
  /** The ARN that an operation acts on, for authorization. */
  resource(operation: string, input: URLSearchParams): string;
  /** Public files beside the operations, such as a certificate, by path. */
  file(path: string): Promise<{ readonly contentType: string; readonly content: string } | undefined>;
}

/** Decides whether a caller may do something; throws an {@link AwsError} (`AccessDenied…`) when not. */
export type Authorize = (request: {
  /** Undefined for an anonymous request. */
  readonly caller: Caller | undefined;
  /** As in a policy: `s3:PutObject`. */
  readonly action: string;
  /** As in a policy: an ARN, or `*`. */
  readonly resource: string;
}) => void | Promise<void>;
