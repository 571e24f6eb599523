import type { S3Operation } from "../context.ts";
import { behindMarker, collectPage, readListRequest } from "../listing.ts";
import { replyXml } from "../reply.ts";
import { listHead, ownerOf } from "./list-objects.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListMultipartUploads.html */
export const listMultipartUploads: S3Operation = {
  name: "ListMultipartUploads",
  action: "s3:ListBucketMultipartUploads",
  async run(context) {
    const { core, response, bucket, query } = context;
    const request = readListRequest(context, "max-uploads");
    const marker = query("key-marker") ?? "";
    const idMarker = marker === "" ? "" : (query("upload-id-marker") ?? "");
    const read = function* (from: string) {
      for (const upload of core.uploads.from(bucket.name, from)) {
        if (!(idMarker !== "" && upload.key === marker && upload.id <= idMarker)) yield upload;
      }
    };
    const page = collectPage(request, read, idMarker === "" ? behindMarker(request, marker) : marker);
    const owner = ownerOf(context);
    replyXml(response, "ListMultipartUploadsResult", {
      Bucket: bucket.name,
      KeyMarker: request.encode(marker),
      UploadIdMarker: idMarker,
      NextKeyMarker: page.last && request.encode(page.last.key),
      NextUploadIdMarker: page.last?.item?.id,
      ...listHead(request, page, "MaxUploads"),
      Upload: page.items.map((upload) => ({
        Key: request.encode(upload.key),
        UploadId: upload.id,
        Initiator: owner,
        Owner: owner,
        StorageClass: "STANDARD",
        Initiated: new Date(upload.startedAt).toISOString(),
        ChecksumAlgorithm: upload.checksum?.algorithm,
        ChecksumType: upload.checksum?.type,
      })),
      CommonPrefixes: page.commonPrefixes.map((prefix) => ({ Prefix: request.encode(prefix) })),
    });
  },
};
