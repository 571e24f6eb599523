import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  NoSuchUpload,
  PutObjectCommand,
  S3ServiceException,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { mediaBucket, s3, s3Presigner } from "./client.ts";

/**
 * How long a URL for an upload works. Long enough for 100 MB at 250 kbit/s; short enough that one which leaks into a log
 * or a chat is soon worth nothing. A multipart upload asks for fresh ones as it goes.
 */
export const URL_LIFE_SECONDS = 3600;

interface Target {
  readonly key: string;
  readonly contentType: string | null;
  readonly cacheControl?: string;
}

/** A URL for one PUT. Where the size is announced it is part of the signature: other sizes are refused. */
export async function presignPut({ key, contentType }: Target, sizeBytes: number | null): Promise<string> {
  const command = new PutObjectCommand({
    Bucket: mediaBucket(),
    Key: key,
    ...(contentType === null ? {} : { ContentType: contentType }),
    ...(sizeBytes === null ? {} : { ContentLength: sizeBytes }),
  });
  return getSignedUrl(s3Presigner(), command, { expiresIn: URL_LIFE_SECONDS });
}

export async function presignPart(key: string, uploadId: string, partNumber: number): Promise<string> {
  const command = new UploadPartCommand({
    Bucket: mediaBucket(),
    Key: key,
    UploadId: uploadId,
    PartNumber: partNumber,
  });
  return getSignedUrl(s3Presigner(), command, { expiresIn: URL_LIFE_SECONDS });
}

/** Gives the bucket's name for the upload. */
export async function createMultipart({ key, contentType, cacheControl }: Target): Promise<string> {
  const { UploadId } = await s3().send(
    new CreateMultipartUploadCommand({
      Bucket: mediaBucket(),
      Key: key,
      ...(contentType === null ? {} : { ContentType: contentType }),
      ...(cacheControl === undefined ? {} : { CacheControl: cacheControl }),
    }),
  );
  if (UploadId === undefined) throw new Error(`The bucket began no multipart upload for ${key}.`);
  return UploadId;
}

export interface UploadedPart {
  readonly partNumber: number;
  readonly etag: string;
}

/** Sends a part, and gives its etag. */
export async function putPart(
  { key, uploadId, partNumber }: { key: string; uploadId: string; partNumber: number },
  bytes: Uint8Array,
): Promise<string> {
  const part = { Bucket: mediaBucket(), Key: key, UploadId: uploadId, PartNumber: partNumber };
  const { ETag } = await s3().send(new UploadPartCommand({ ...part, Body: bytes }));
  if (ETag === undefined) throw new Error(`The bucket named no etag for part ${partNumber} of ${key}.`);
  return ETag;
}

export type Completion = "completed" | "unknown" | { readonly refused: string };

/** Puts the parts together. `unknown`: the bucket has no such upload, perhaps because it was completed before. */
export async function completeMultipart(
  key: string,
  uploadId: string,
  parts: readonly UploadedPart[],
): Promise<Completion> {
  const Parts = parts.map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
  try {
    await s3().send(
      new CompleteMultipartUploadCommand({
        Bucket: mediaBucket(),
        Key: key,
        UploadId: uploadId,
        MultipartUpload: { Parts },
      }),
    );
    return "completed";
  } catch (error) {
    if (error instanceof NoSuchUpload) return "unknown";
    if (error instanceof S3ServiceException && REFUSALS.has(error.name)) return { refused: error.message };
    throw error;
  }
}

/** What the caller said of the parts does not agree with what the bucket has. */
const REFUSALS = new Set([
  "InvalidPart",
  "InvalidPartOrder",
  "EntityTooSmall",
  "MalformedXML",
  "InvalidRequest",
]);

/** Frees the parts that are stored. An upload that is gone already is fine. */
export async function abortMultipart(key: string, uploadId: string): Promise<void> {
  try {
    await s3().send(new AbortMultipartUploadCommand({ Bucket: mediaBucket(), Key: key, UploadId: uploadId }));
  } catch (error) {
    if (!(error instanceof NoSuchUpload)) throw error;
  }
}
