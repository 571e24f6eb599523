import { AwsError } from "../../aws/service.ts";

/** SNS's errors. https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html */
const STATUS = {
  InvalidParameter: 400,
  ParameterValueInvalid: 400,
  NotFound: 404,
  NotImplemented: 501,
  TooManyEntriesInBatchRequest: 400,
  EmptyBatchRequest: 400,
  BatchEntryIdsNotDistinct: 400,
} as const;

export function snsError(code: keyof typeof STATUS, message: string, cause?: unknown): AwsError {
  return new AwsError(code, message, { statusCode: STATUS[code], ...(cause === undefined ? {} : { cause }) });
}

export function invalidParameter(reason: string, cause?: unknown): AwsError {
  return snsError("InvalidParameter", `Invalid parameter: ${reason}`, cause);
}
