import type { Core } from "./core.ts";
import type { Origin } from "./event/record.ts";
import { checkWrite, type WriteCondition } from "./condition.ts";
import { NULL_VERSION } from "./store/objects.ts";
import type { Attributes, BucketSettings, Checksum, Content, ObjectPart, ObjectVersion } from "./types.ts";

/** The changes that make an object appear or go. Each is one transaction, with the events that tell of it. */

export interface NewObject {
  readonly bucket: BucketSettings;
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly attributes: Attributes;
  readonly checksum: Checksum | undefined;
  readonly parts?: readonly ObjectPart[];
  readonly condition?: WriteCondition;
  /** Without `s3:`, for example `ObjectCreated:Put`. */
  readonly event: string;
  readonly origin: Origin;
}

/**
 * Makes an object whole and visible.
 * @param place lists its bytes, inside the transaction, and returns their content number.
 */
export function createObject(core: Core, created: NewObject, place: () => number): ObjectVersion {
  const { bucket, key, condition, event, origin, sizeBytes, etag, attributes, checksum, parts } = created;
  const version = core.database.transaction(() => {
    if (condition) checkWrite(condition, core.objects.latest(bucket.name, key), key);
    const time = core.clock.now();
    const fields = {
      bucket: bucket.name,
      key,
      sizeBytes,
      etag,
      attributes,
      checksum,
      parts,
      modifiedAt: time,
    };
    const inserted = core.objects.insert({ ...fields, content: place() }, bucket.versioning);
    core.notify(bucket, { name: event, version: inserted, time }, origin);
    return inserted;
  });
  settle(core);
  return version;
}

/** As {@link createObject}, of bytes that were just stored. They are removed again when it fails. */
export function createFromContent(
  core: Core,
  created: Omit<NewObject, "sizeBytes" | "etag" | "checksum">,
  content: Content,
): ObjectVersion {
  const { sizeBytes, md5: etag, checksum } = content;
  try {
    return createObject(core, { ...created, sizeBytes, etag, checksum }, () =>
      core.contents.add(content.segments),
    );
  } catch (error) {
    core.contents.discard(content.segments);
    throw error;
  }
}

export interface Deletion {
  /** Set when the bucket is versioned: the version that is gone, or the marker that came. */
  readonly versionId: string | undefined;
  /** Whether that version is, or was, a delete marker. */
  readonly isDeleteMarker: boolean;
}

/** Deletes an object as its bucket's versioning has it, or one version for good. What is not there is no error. */
export function deleteObject(
  core: Core,
  bucket: BucketSettings,
  key: string,
  versionId: string | undefined,
  origin: Origin,
): Deletion {
  const deletion = core.database.transaction(() =>
    versionId === undefined
      ? deleteLatest(core, bucket, key, origin)
      : deleteVersion(core, bucket, key, versionId, origin),
  );
  settle(core);
  return deletion;
}

function deleteLatest(core: Core, bucket: BucketSettings, key: string, origin: Origin): Deletion {
  const time = core.clock.now();
  if (!bucket.versioning) {
    const latest = core.objects.latest(bucket.name, key);
    if (!latest) return { versionId: undefined, isDeleteMarker: false };
    core.objects.remove(latest);
    core.notify(bucket, { name: "ObjectRemoved:Delete", version: latest, time }, origin);
    return { versionId: undefined, isDeleteMarker: false };
  }
  const marker = insertMarker(core, bucket, key, time);
  core.notify(bucket, { name: "ObjectRemoved:DeleteMarkerCreated", version: marker, time }, origin);
  return { versionId: marker.versionId, isDeleteMarker: true };
}

/** A version without bytes in front of the others. */
export function insertMarker(core: Core, bucket: BucketSettings, key: string, time: number): ObjectVersion {
  const attributes = { headers: {}, metadata: {}, tags: {} };
  const fields = { bucket: bucket.name, key, content: undefined, sizeBytes: 0, etag: "", modifiedAt: time };
  return core.objects.insert(
    { ...fields, attributes, checksum: undefined, parts: undefined },
    bucket.versioning,
  );
}

function deleteVersion(
  core: Core,
  bucket: BucketSettings,
  key: string,
  versionId: string,
  origin: Origin,
): Deletion {
  const version = core.objects.version(bucket.name, key, versionId);
  if (!version) return { versionId, isDeleteMarker: false };
  core.objects.remove(version);
  core.notify(
    bucket,
    { name: "ObjectRemoved:Delete", version: { ...version, isDeleteMarker: false }, time: core.clock.now() },
    origin,
  );
  return { versionId, isDeleteMarker: version.isDeleteMarker };
}

/** What follows a commit: files nobody needs go, events go out. */
export function settle(core: Core): void {
  core.contents.collect();
  core.outbox.wake();
}

/** The version to name in an answer: none where the bucket was never versioned. */
export function shownVersion(
  bucket: BucketSettings,
  version: Pick<ObjectVersion, "versionId">,
): string | undefined {
  return bucket.versioning || version.versionId !== NULL_VERSION ? version.versionId : undefined;
}
