import { deleteObject as remove } from "../change.ts";
import type { S3Operation } from "../context.ts";
import { reply } from "../reply.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObject.html */
export const deleteObject: S3Operation = {
  name: "DeleteObject",
  action: "s3:DeleteObject",
  async run({ core, response, bucket, key, query, origin }) {
    const { versionId, isDeleteMarker } = remove(core, bucket, key, query("versionId"), origin);
    reply(response, 204, {
      "x-amz-version-id": versionId,
      "x-amz-delete-marker": isDeleteMarker ? "true" : undefined,
    });
  },
};
