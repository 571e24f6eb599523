import type { Context, S3Operation } from "../context.ts";
import { invalid } from "../error.ts";
import { behindMarker, collectPage, type ListRequest, type Page, readListRequest } from "../listing.ts";
import { replyXml } from "../reply.ts";
import type { ObjectVersion } from "../types.ts";
import type { XmlObject } from "../../../aws/xml.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
export const listObjectsV2: S3Operation = {
  name: "ListObjectsV2",
  action: "s3:ListBucket",
  async run(context) {
    const { response, bucket, query } = context;
    const request = readListRequest(context);
    const token = query("continuation-token");
    const startAfter = query("start-after");
    const page = listPage(context, request, token === undefined ? (startAfter ?? "") : readToken(token));
    const owner = query("fetch-owner") === "true" ? { Owner: ownerOf(context) } : {};
    replyXml(response, "ListBucketResult", {
      Name: bucket.name,
      ...listHead(request, page),
      KeyCount: page.items.length + page.commonPrefixes.length,
      ContinuationToken: token,
      NextContinuationToken: page.last && writeToken(page.last.key),
      StartAfter: startAfter === undefined ? undefined : request.encode(startAfter),
      ...listBody(request, page, owner),
    });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html */
export const listObjects: S3Operation = {
  name: "ListObjects",
  action: "s3:ListBucket",
  async run(context) {
    const { response, bucket, query } = context;
    const request = readListRequest(context);
    const marker = query("marker") ?? "";
    const page = listPage(context, request, marker);
    // Without a delimiter a client goes on from the last key it saw.
    const next = request.delimiter === undefined ? undefined : page.last?.key;
    replyXml(response, "ListBucketResult", {
      Name: bucket.name,
      ...listHead(request, page),
      Marker: request.encode(marker),
      NextMarker: next === undefined ? undefined : request.encode(next),
      ...listBody(request, page, { Owner: ownerOf(context) }),
    });
  },
};

function listPage({ core, bucket }: Context, request: ListRequest, marker: string): Page<ObjectVersion> {
  return collectPage(request, (from) => core.objects.from(bucket.name, from), behindMarker(request, marker));
}

/** The elements that every list begins with. */
export function listHead(request: ListRequest, page: Page<unknown>, limitName = "MaxKeys"): XmlObject {
  return {
    Prefix: request.encode(request.prefix),
    Delimiter: request.delimiter === undefined ? undefined : request.encode(request.delimiter),
    [limitName]: request.limit,
    EncodingType: request.encodingType,
    IsTruncated: page.last !== undefined,
  };
}

function listBody(request: ListRequest, page: Page<ObjectVersion>, owner: XmlObject): XmlObject {
  return {
    Contents: page.items.map((version) => ({
      Key: request.encode(version.key),
      LastModified: new Date(version.modifiedAt).toISOString(),
      ETag: `"${version.etag}"`,
      ChecksumAlgorithm: version.checksum?.algorithm,
      ChecksumType: version.checksum?.type,
      Size: version.sizeBytes,
      ...owner,
      StorageClass: "STANDARD",
    })),
    CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: request.encode(prefix) })),
  };
}

export function ownerOf({ core }: Pick<Context, "core">): XmlObject {
  return { ID: core.accountId, DisplayName: core.accountId };
}

/** Opaque, and safe in a URL whatever the key holds. */
function writeToken(key: string): string {
  return Buffer.from(key).toString("base64url");
}

function readToken(token: string): string {
  const key = Buffer.from(token, "base64url").toString();
  if (writeToken(key) === token) return key;
  throw invalid("InvalidArgument", "The continuation token provided is incorrect");
}
