import type { S3Operation } from "../context.ts";
import { invalid } from "../error.ts";
import { behindMarker, collectPage, type ListRequest, readListRequest } from "../listing.ts";
import { replyXml } from "../reply.ts";
import type { ObjectVersion } from "../types.ts";
import type { XmlObject } from "../../../aws/xml.ts";
import { listHead, ownerOf } from "./list-objects.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html */
export const listObjectVersions: S3Operation = {
  name: "ListObjectVersions",
  action: "s3:ListBucketVersions",
  async run(context) {
    const { core, response, bucket, query } = context;
    const request = readListRequest(context);
    const marker = query("key-marker") ?? "";
    const versionMarker = query("version-id-marker") ?? "";
    if (versionMarker !== "" && marker === "") {
      throw invalid("InvalidArgument", "A version-id marker cannot be specified without a key marker.");
    }
    const listed =
      versionMarker === "" ? undefined : core.objects.version(bucket.name, marker, versionMarker);
    const read = function* (from: string) {
      for (const version of core.objects.versionsFrom(bucket.name, from)) {
        // Versions of the marker's key go from new to old; those up to the marker were listed already.
        if (!(listed && version.key === marker && version.id >= listed.id)) yield version;
      }
    };
    const page = collectPage(request, read, listed ? marker : behindMarker(request, marker));
    const owner = ownerOf(context);
    replyXml(response, "ListVersionsResult", {
      Name: bucket.name,
      ...listHead(request, page),
      KeyMarker: request.encode(marker),
      VersionIdMarker: versionMarker,
      NextKeyMarker: page.last && request.encode(page.last.key),
      NextVersionIdMarker: page.last?.item?.versionId,
      Version: page.items
        .filter((version) => !version.isDeleteMarker)
        .map((version) => describeVersion(request, version, owner)),
      DeleteMarker: page.items
        .filter((version) => version.isDeleteMarker)
        .map((version) => describeMarker(request, version, owner)),
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: request.encode(prefix) })),
    });
  },
};

function describeVersion(request: ListRequest, version: ObjectVersion, owner: XmlObject): XmlObject {
  const { etag, sizeBytes } = version;
  return {
    ETag: `"${etag}"`,
    Size: sizeBytes,
    StorageClass: "STANDARD",
    ...describeMarker(request, version, owner),
  };
}

function describeMarker(request: ListRequest, version: ObjectVersion, owner: XmlObject): XmlObject {
  return {
    Key: request.encode(version.key),
    VersionId: version.versionId,
    IsLatest: version.isLatest,
    LastModified: new Date(version.modifiedAt).toISOString(),
    Owner: owner,
  };
}
