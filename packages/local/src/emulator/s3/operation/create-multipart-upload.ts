import { canJoin, readAlgorithm } from "../checksum.ts";
import type { S3Operation } from "../context.ts";
import { invalid } from "../error.ts";
import { replyXml } from "../reply.ts";
import type { UploadChecksum } from "../store/uploads.ts";
import { attributesOf } from "./put-object.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html */
export const createMultipartUpload: S3Operation = {
  name: "CreateMultipartUpload",
  action: "s3:PutObject",
  async run(context) {
    const { core, response, bucket, key, header } = context;
    const attributes = attributesOf(context);
    const checksum = readChecksum(header("x-amz-checksum-algorithm"), header("x-amz-checksum-type"));
    const startedAt = core.clock.now();
    const upload = core.database.transaction(() =>
      core.uploads.create({ bucket: bucket.name, key, startedAt, attributes, checksum }),
    );
    const result = { Bucket: bucket.name, Key: key, UploadId: upload.id };
    replyXml(response, "InitiateMultipartUploadResult", result, {
      "x-amz-checksum-algorithm": checksum?.algorithm,
      "x-amz-checksum-type": checksum?.type,
    });
  },
};

function readChecksum(
  algorithmName: string | undefined,
  typeName: string | undefined,
): UploadChecksum | undefined {
  if (algorithmName === undefined) return undefined;
  const algorithm = readAlgorithm(algorithmName);
  if (!algorithm)
    throw invalid("InvalidRequest", `Checksum algorithm provided is unsupported: ${algorithmName}`);
  // CRC64NVME exists only over the whole object.
  const type = typeName ?? (algorithm === "CRC64NVME" ? "FULL_OBJECT" : "COMPOSITE");
  const isPossible =
    type === "FULL_OBJECT" ? canJoin(algorithm) : type === "COMPOSITE" && algorithm !== "CRC64NVME";
  if (!isPossible)
    throw invalid(
      "InvalidRequest",
      `The ${type} checksum type cannot be used with the ${algorithm} checksum algorithm.`,
    );
  return { algorithm, type: type === "FULL_OBJECT" ? "FULL_OBJECT" : "COMPOSITE" };
}
