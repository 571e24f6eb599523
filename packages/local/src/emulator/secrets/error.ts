import { AwsError } from "../../aws/service.ts";

/** Secrets Manager answers all of its errors with 400. */
export function secretNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
}

export function valueNotFound(what: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `Secrets Manager can't find the specified secret value for ${what}`,
  );
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterException", message);
}

export function resourceExists(message: string): AwsError {
  return new AwsError("ResourceExistsException", message);
}
