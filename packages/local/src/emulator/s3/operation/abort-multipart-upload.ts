import { settle } from "../change.ts";
import type { S3Operation } from "../context.ts";
import type { Core } from "../core.ts";
import { reply } from "../reply.ts";
import type { Upload } from "../store/uploads.ts";
import { uploadOf } from "./upload-part.ts";

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_AbortMultipartUpload.html */
export const abortMultipartUpload: S3Operation = {
  name: "AbortMultipartUpload",
  action: "s3:AbortMultipartUpload",
  async run(context) {
    const upload = uploadOf(context);
    context.core.database.transaction(() => {
      dropUpload(context.core, upload);
    });
    settle(context.core);
    reply(context.response, 204);
  },
};

/** Forgets an upload and its parts. In a transaction. */
export function dropUpload(core: Core, upload: Upload): void {
  for (const part of core.uploads.parts(upload, 0, 10_000)) core.contents.drop(part.content);
  core.uploads.remove(upload);
}
