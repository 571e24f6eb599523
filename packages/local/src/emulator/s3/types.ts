import type { BucketPolicy } from "./policy.ts";

/** What S3 keeps of a bucket's declaration. */
export interface BucketSettings {
  readonly name: string;
  readonly cors?: readonly CorsRule[];
  readonly notifications?: readonly NotificationRule[];
  /** Left out: never versioned. */
  readonly versioning?: "Enabled" | "Suspended";
  readonly lifecycle?: readonly LifecycleRule[];
  /** Who may do what without a signature; a caller with one is subject to the endpoint's authorization. */
  readonly policy?: BucketPolicy;
}

export interface CorsRule {
  /** Each with at most one `*`. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

export interface NotificationRule {
  readonly id?: string;
  /** A function, topic or queue. */
  readonly targetArn: string;
  /** For example `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  readonly prefix?: string;
  readonly suffix?: string;
}

export interface LifecycleRule {
  readonly id?: string;
  readonly prefix?: string;
  readonly expirationDays?: number;
  readonly noncurrentDays?: number;
  readonly abortIncompleteUploadDays?: number;
}

export type ChecksumAlgorithm = "CRC32" | "CRC32C" | "CRC64NVME" | "SHA1" | "SHA256";

export interface Checksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; of a composite one with `-<parts>` behind it. */
  readonly value: string;
  readonly type: "FULL_OBJECT" | "COMPOSITE";
}

/** What a client says about an object when it makes it. */
export interface Attributes {
  /** Headers that come back with the object, lower case: `content-type`, `cache-control` … */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

/** One part of an object that was uploaded in parts. */
export interface ObjectPart {
  readonly number: number;
  readonly sizeBytes: number;
  /** Base64. */
  readonly checksum?: string;
}

/** One version of an object, or a delete marker. */
export interface ObjectVersion {
  /** Its place among all versions of all objects, increasing. */
  readonly id: number;
  readonly bucket: string;
  readonly key: string;
  /** `null` as text where the bucket was not versioned. */
  readonly versionId: string;
  readonly isLatest: boolean;
  readonly isDeleteMarker: boolean;
  /** Where its bytes are listed; undefined for a delete marker. */
  readonly content: number | undefined;
  readonly sizeBytes: number;
  /** Without quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly attributes: Attributes;
  readonly checksum: Checksum | undefined;
  /** Set when it was uploaded in parts. */
  readonly parts: readonly ObjectPart[] | undefined;
}

/** A range of an immutable file. */
export interface Segment {
  readonly blob: string;
  readonly blobStart: number;
  readonly sizeBytes: number;
}

/** Bytes that were stored and described, and belong to nothing yet. */
export interface Content {
  readonly segments: readonly Segment[];
  readonly sizeBytes: number;
  /** MD5 in hex. */
  readonly md5: string;
  readonly checksum: Checksum | undefined;
}
