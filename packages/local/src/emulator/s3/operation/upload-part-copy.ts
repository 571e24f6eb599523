import { checksumElements } from "../attributes.ts";
import { shownVersion } from "../change.ts";
import type { S3Operation } from "../context.ts";
import { bucketOf } from "../core.ts";
import { readCopyRange } from "../range.ts";
import { describe } from "../receive.ts";
import { replyXml } from "../reply.ts";
import { findSource, segmentsOf } from "./copy-object.ts";
import { addPart, partNumberOf, uploadOf } from "./upload-part.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html */
export const uploadPartCopy: S3Operation = {
  name: "UploadPartCopy",
  action: "s3:PutObject",
  async run(context) {
    const { core, header } = context;
    const upload = uploadOf(context);
    const number = partNumberOf(context);
    const source = await findSource(context);
    const rangeHeader = header("x-amz-copy-source-range");
    const range =
      rangeHeader === undefined
        ? { start: 0, sizeBytes: source.sizeBytes }
        : readCopyRange(rangeHeader, source.sizeBytes);
    const segments = segmentsOf(core, source, range.start, range.sizeBytes);
    const release = core.contents.hold(segments);
    try {
      const part = addPart(context, number, await describe(core, segments, upload.checksum?.algorithm));
      const { ChecksumType: _, ...checksum } = checksumElements(part.checksum);
      const result = {
        LastModified: new Date(part.modifiedAt).toISOString(),
        ETag: `"${part.etag}"`,
        ...checksum,
      };
      replyXml(context.response, "CopyPartResult", result, {
        "x-amz-copy-source-version-id": shownVersion(bucketOf(core, source.bucket), source),
      });
    } finally {
      release();
    }
  },
};
