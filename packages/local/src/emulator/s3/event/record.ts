import { encodeKey } from "../encoding.ts";

/** Who did it, as events tell it. */
export interface Origin {
  /** `AWS:` and the id of the principal; `Anonymous` without one. */
  readonly principalId: string;
  readonly sourceIp: string;
  readonly requestId: string;
  readonly extendedRequestId: string;
}

export interface Occurrence {
  /** Without `s3:`, for example `ObjectCreated:Put`. */
  readonly name: string;
  readonly time: number;
  readonly bucket: string;
  readonly key: string;
  readonly sizeBytes: number | undefined;
  readonly etag: string | undefined;
  readonly versionId: string | undefined;
  /** Larger for whatever happened later to the same key. */
  readonly sequence: number;
}

/**
 * The message that a target gets.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function eventMessage(
  occurrence: Occurrence,
  origin: Origin,
  { region, accountId, ruleId }: { region: string; accountId: string; ruleId: string },
): object {
  const { name, time, bucket, key, sizeBytes, etag, versionId, sequence } = occurrence;
  const object = {
    key: encodeKey(key),
    ...(sizeBytes === undefined ? {} : { size: sizeBytes }),
    ...(etag === undefined ? {} : { eTag: etag }),
    ...(versionId === undefined ? {} : { versionId }),
    // Compared as text, so it is always of the same length.
    sequencer: sequence.toString(16).toUpperCase().padStart(18, "0"),
  };
  const ownerIdentity = { principalId: accountId };
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date(time).toISOString(),
    eventName: name,
    userIdentity: { principalId: origin.principalId },
    requestParameters: { sourceIPAddress: origin.sourceIp },
    responseElements: { "x-amz-request-id": origin.requestId, "x-amz-id-2": origin.extendedRequestId },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: ruleId,
      bucket: { name: bucket, ownerIdentity, arn: `arn:aws:s3:::${bucket}` },
      object,
    },
  };
  return { Records: [record] };
}
