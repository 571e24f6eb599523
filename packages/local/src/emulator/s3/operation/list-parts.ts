import { checksumElements } from "../attributes.ts";
import type { S3Operation } from "../context.ts";
import { replyXml } from "../reply.ts";
import { readLimit } from "../listing.ts";
import { uploadOf } from "./upload-part.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListParts.html */
export const listParts: S3Operation = {
  name: "ListParts",
  action: "s3:ListMultipartUploadParts",
  async run(context) {
    const { core, response, bucket, key, query } = context;
    const upload = uploadOf(context);
    const limit = readLimit(query("max-parts"), "max-parts");
    const marker = Number(query("part-number-marker") ?? 0);
    const found = core.uploads.parts(upload, marker, limit + 1);
    const parts = found.slice(0, limit);
    replyXml(response, "ListPartsResult", {
      Bucket: bucket.name,
      Key: key,
      UploadId: upload.id,
      PartNumberMarker: marker,
      NextPartNumberMarker: parts.at(-1)?.number ?? 0,
      MaxParts: limit,
      IsTruncated: found.length > limit,
      StorageClass: "STANDARD",
      ChecksumAlgorithm: upload.checksum?.algorithm,
      ChecksumType: upload.checksum?.type,
      Part: parts.map((part) => {
        const { ChecksumType: _, ...checksum } = checksumElements(part.checksum);
        const LastModified = new Date(part.modifiedAt).toISOString();
        return {
          PartNumber: part.number,
          LastModified,
          ETag: `"${part.etag}"`,
          Size: part.sizeBytes,
          ...checksum,
        };
      }),
    });
  },
};
