import { afterAll } from "vitest";
import { startBucket } from "../../../local/test/s3/bucket.ts";
import { REGION } from "../../../local/test/aws/endpoint.ts";

/** The bucket of the links, behind the S3 server that the app has on one machine; its versions are kept, as in production. */
export const bucket = await startBucket({ name: "media-bucket", versioning: "Enabled" });

const { accessKeyId, secretAccessKey } = bucket.endpoint.key;
Object.assign(process.env, {
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: accessKeyId,
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
  AWS_ENDPOINT_URL_S3: bucket.endpoint.url,
});

afterAll(() => bucket[Symbol.asyncDispose]());
