import type { Clock } from "./clock.ts";
import type { Credentials } from "./credentials.ts";
import { AwsError, type Caller } from "./service.ts";
import {
  type Authorization,
  expectedSignature,
  MalformedAuthorizationError,
  readAuthorization,
  readDate,
  sameSignature,
  type SignedRequest,
} from "./sigv4.ts";

/** How a service words its errors: S3 as REST-XML, the others by their protocol. */
export type Dialect = "s3" | "query" | "json";

export interface Verifier {
  readonly region: string;
  readonly credentials: Credentials;
  readonly clock: Clock;
}

/** A signature that was checked. */
export interface Signed {
  readonly caller: Caller;
  readonly authorization: Authorization;
  readonly secretAccessKey: string;
}

const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_SECONDS = 7 * 24 * 3600;

type Refusal =
  "malformed" | "region" | "unknownKey" | "mismatch" | "skewed" | "expired" | "early" | "tooLong";

/** Code and status of each refusal, as the services answer it. */
const REFUSALS: Record<Dialect, Record<Refusal, readonly [code: string, statusCode: number]>> = {
  s3: {
    malformed: ["AuthorizationHeaderMalformed", 400],
    region: ["AuthorizationHeaderMalformed", 400],
    unknownKey: ["InvalidAccessKeyId", 403],
    mismatch: ["SignatureDoesNotMatch", 403],
    skewed: ["RequestTimeTooSkewed", 403],
    expired: ["AccessDenied", 403],
    early: ["AccessDenied", 403],
    tooLong: ["AuthorizationQueryParametersError", 400],
  },
  query: others("InvalidClientTokenId", "SignatureDoesNotMatch", "IncompleteSignature"),
  json: others("UnrecognizedClientException", "InvalidSignatureException", "IncompleteSignatureException"),
};

function others(unknownKey: string, mismatch: string, malformed: string) {
  return {
    malformed: [malformed, 400],
    region: [mismatch, 403],
    unknownKey: [unknownKey, 403],
    mismatch: [mismatch, 403],
    skewed: [mismatch, 403],
    expired: [mismatch, 403],
    early: [mismatch, 403],
    tooLong: [malformed, 400],
  } as const;
}

/** The request's authorization, unchecked; undefined when it is not signed. Throws an {@link AwsError} when it cannot be read. */
export function authorizationOf(
  request: Omit<SignedRequest, "path">,
  dialect: Dialect,
): Authorization | undefined {
  try {
    return readAuthorization(request);
  } catch (error) {
    if (error instanceof MalformedAuthorizationError)
      throw refuse(dialect, "malformed", error.message, error);
    throw error;
  }
}

/** Checks a signature and names who made it. Throws an {@link AwsError} in the service's words. */
export function verify(
  request: SignedRequest,
  authorization: Authorization,
  payloadHash: string,
  dialect: Dialect,
  verifier: Verifier,
): Signed {
  const found = verifier.credentials.find(authorization.accessKeyId);
  if (!found) {
    throw refuse(
      dialect,
      "unknownKey",
      `The AWS access key id "${authorization.accessKeyId}" does not exist in our records.`,
    );
  }
  if (authorization.region !== verifier.region) {
    const { region } = authorization;
    throw refuse(
      dialect,
      "region",
      `The request is signed for the region '${region}'; expecting '${verifier.region}'.`,
    );
  }
  checkTime(authorization, verifier.clock.now(), dialect);
  const expected = expectedSignature(request, authorization, found.secretAccessKey, payloadHash);
  if (!sameSignature(expected, authorization.signature)) {
    throw refuse(
      dialect,
      "mismatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
    );
  }
  if (dialect === "s3") checkHeaders(request, authorization);
  return { caller: found.caller, authorization, secretAccessKey: found.secretAccessKey };
}

/** S3 takes no header of its own unsigned: who has a presigned URL could otherwise turn an upload into a copy. */
function checkHeaders({ headers }: SignedRequest, { signedHeaders }: Authorization): void {
  const unsigned = Object.keys(headers).filter(
    (name) => name.startsWith("x-amz-") && !signedHeaders.includes(name),
  );
  const [first] = unsigned.filter((name) => name !== "x-amz-content-sha256");
  if (first === undefined) return;
  const message = `There were headers present in the request which were not signed: ${first}`;
  throw new AwsError("AccessDenied", message, { statusCode: 403 });
}

function checkTime(authorization: Authorization, now: number, dialect: Dialect): void {
  const time = readDate(authorization.date);
  if (Number.isNaN(time) || !authorization.date.startsWith(authorization.day)) {
    throw refuse(
      dialect,
      "malformed",
      `The date "${authorization.date}" is none, or not of the day that the credential names.`,
    );
  }
  const { expiresSeconds } = authorization;
  if (expiresSeconds === undefined) {
    if (Math.abs(now - time) <= MAX_SKEW_MS) return;
    throw refuse(
      dialect,
      "skewed",
      "The difference between the request time and the current time is too large.",
    );
  }
  if (expiresSeconds > MAX_EXPIRES_SECONDS) {
    throw refuse(
      dialect,
      "tooLong",
      `X-Amz-Expires must be at most a week (${MAX_EXPIRES_SECONDS} seconds).`,
    );
  }
  if (time > now + MAX_SKEW_MS) throw refuse(dialect, "early", "Request is not yet valid");
  if (now > time + expiresSeconds * 1000) throw refuse(dialect, "expired", "Request has expired");
}

function refuse(dialect: Dialect, refusal: Refusal, message: string, cause?: unknown): AwsError {
  const [code, statusCode] = REFUSALS[dialect][refusal];
  return new AwsError(code, message, { statusCode, ...(cause === undefined ? {} : { cause }) });
}
