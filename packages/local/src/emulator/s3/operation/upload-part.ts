import { checksumHeaders } from "../attributes.ts";
import { settle } from "../change.ts";
import type { Context, S3Operation } from "../context.ts";
import { invalid, S3Error } from "../error.ts";
import { checkDeclaredSize, type Expectation, readExpectation, receive } from "../receive.ts";
import { reply } from "../reply.ts";
import type { Part, Upload } from "../store/uploads.ts";
import type { Content } from "../types.ts";

const MAX_PARTS = 10_000;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPart.html */
export const uploadPart: S3Operation = {
  name: "UploadPart",
  action: "s3:PutObject",
  async run(context) {
    const upload = uploadOf(context);
    const number = partNumberOf(context);
    const expectation = withUploadChecksum(readExpectation(context.header), upload);
    const body = context.body();
    checkDeclaredSize(body);
    const part = addPart(context, number, await receive(context.core, body, expectation));
    reply(context.response, 200, {
      etag: `"${part.etag}"`,
      ...checksumHeaders(part.checksum),
      "x-amz-checksum-type": undefined,
    });
  },
};

/** The upload that the request names. Throws NoSuchUpload. */
export function uploadOf({ core, bucket, key, query }: Context): Upload {
  const id = query("uploadId") ?? "";
  const upload = core.uploads.find(bucket.name, key, id);
  if (!upload) throw new S3Error("NoSuchUpload", { UploadId: id });
  return upload;
}

export function partNumberOf({ query }: Context): number {
  const text = query("partNumber") ?? "";
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MAX_PARTS) return number;
  throw invalid("InvalidArgument", `Part number must be an integer between 1 and ${MAX_PARTS}, inclusive`);
}

/** Parts are described by the algorithm that the upload was begun with. */
function withUploadChecksum(expectation: Expectation, { checksum }: Upload): Expectation {
  if (!checksum || checksum.algorithm === expectation.algorithm) return expectation;
  if (expectation.algorithm === undefined) return { ...expectation, algorithm: checksum.algorithm };
  const [expected, actual] = [checksum.algorithm.toLowerCase(), expectation.algorithm.toLowerCase()];
  throw invalid(
    "InvalidRequest",
    `Checksum Type mismatch occurred, expected checksum Type: ${expected}, actual checksum Type: ${actual}`,
  );
}

/** Adds stored bytes to the upload, in place of an earlier part of this number. */
export function addPart(context: Context, number: number, content: Content): Part {
  const { core } = context;
  const part = core.database.transaction(() => {
    // The upload may have been completed or aborted while the bytes came.
    const upload = core.uploads.find(context.bucket.name, context.key, context.query("uploadId") ?? "");
    if (!upload) return undefined;
    const added: Part = {
      number,
      content: core.contents.add(content.segments),
      sizeBytes: content.sizeBytes,
      etag: content.md5,
      modifiedAt: core.clock.now(),
      checksum: content.checksum,
    };
    core.uploads.putPart(upload, added);
    return added;
  });
  if (!part) {
    core.contents.discard(content.segments);
    throw new S3Error("NoSuchUpload", { UploadId: context.query("uploadId") ?? "" });
  }
  settle(core);
  return part;
}
