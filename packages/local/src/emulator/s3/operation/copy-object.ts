import { attributesOf } from "./put-object.ts";
import { findVersion } from "../answer.ts";
import { checksumElements, readTags } from "../attributes.ts";
import { createFromContent, shownVersion } from "../change.ts";
import { readAlgorithm } from "../checksum.ts";
import { judgeRead } from "../condition.ts";
import type { Context, S3Operation } from "../context.ts";
import { invalid, S3Error } from "../error.ts";
import { describe } from "../receive.ts";
import { replyXml } from "../reply.ts";
import { bucketOf, type Core } from "../core.ts";
import type { Attributes, ChecksumAlgorithm, Content, ObjectVersion, Segment } from "../types.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html */
export const copyObject: S3Operation = {
  name: "CopyObject",
  action: "s3:PutObject",
  async run(context) {
    const { core, response, bucket, key, header, origin } = context;
    const source = await findSource(context);
    const attributes = copiedAttributes(context, source);
    if (
      source.bucket === bucket.name &&
      source.key === key &&
      source.isLatest &&
      header("x-amz-metadata-directive") !== "REPLACE"
    ) {
      throw invalid(
        "InvalidRequest",
        "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
      );
    }
    const segments = segmentsOf(core, source, 0, source.sizeBytes);
    // Nothing is copied: both objects list the same files, which stay while they are read here.
    const release = core.contents.hold(segments);
    try {
      const content = await contentOf(
        core,
        source,
        segments,
        readAlgorithm(header("x-amz-checksum-algorithm") ?? ""),
      );
      const created = { bucket, key, attributes, event: "ObjectCreated:Copy", origin };
      const version = createFromContent(core, created, content);
      const result = {
        LastModified: new Date(version.modifiedAt).toISOString(),
        ETag: `"${version.etag}"`,
        ...checksumElements(version.checksum),
      };
      replyXml(response, "CopyObjectResult", result, {
        "x-amz-version-id": shownVersion(bucket, version),
        "x-amz-copy-source-version-id": shownVersion(bucketOf(core, source.bucket), source),
      });
    } finally {
      release();
    }
  },
};

/** The version that `x-amz-copy-source` names, once the caller may read it and its conditions hold. */
export async function findSource(context: Context): Promise<ObjectVersion> {
  const { core, header } = context;
  const { bucket, key, versionId } = readSource(header("x-amz-copy-source") ?? "");
  await context.authorize(versionId === undefined ? "s3:GetObject" : "s3:GetObjectVersion", bucket, key);
  const version = findVersion(core, { bucket, key, versionId });
  const condition = {
    ifMatch: header("x-amz-copy-source-if-match"),
    ifNoneMatch: header("x-amz-copy-source-if-none-match"),
    ifModifiedSince: header("x-amz-copy-source-if-modified-since"),
    ifUnmodifiedSince: header("x-amz-copy-source-if-unmodified-since"),
  };
  if (judgeRead(condition, version) !== "ok") throw new S3Error("PreconditionFailed");
  return version;
}

function readSource(header: string): { bucket: string; key: string; versionId: string | undefined } {
  const [path = "", query = ""] = header.split("?versionId=");
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decode(path));
  if (!match) throw invalid("InvalidArgument", "Invalid copy source object key");
  const [, bucket = "", key = ""] = match;
  return { bucket, key, versionId: query === "" ? undefined : query };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw invalid("InvalidArgument", "Invalid copy source encoding.", error);
  }
}

/** The segments of a range of a version; none of an empty one. */
export function segmentsOf(core: Core, version: ObjectVersion, start: number, sizeBytes: number): Segment[] {
  return version.content === undefined || sizeBytes === 0
    ? []
    : core.contents.segments(version.content, start, sizeBytes);
}

function copiedAttributes(context: Context, source: ObjectVersion): Attributes {
  const { header } = context;
  const base = header("x-amz-metadata-directive") === "REPLACE" ? attributesOf(context) : source.attributes;
  const tags =
    header("x-amz-tagging-directive") === "REPLACE"
      ? readTags(header("x-amz-tagging"))
      : source.attributes.tags;
  return { ...base, tags };
}

/** A copy is one piece, so what described an upload in parts does not describe it. */
async function contentOf(
  core: Core,
  source: ObjectVersion,
  segments: readonly Segment[],
  wanted: ChecksumAlgorithm | undefined,
): Promise<Content> {
  const algorithm = wanted ?? source.checksum?.algorithm;
  if (!source.parts && algorithm === source.checksum?.algorithm) {
    return { segments, sizeBytes: source.sizeBytes, md5: source.etag, checksum: source.checksum };
  }
  return describe(core, segments, algorithm);
}
