import type { S3Operation } from "../context.ts";
import { reply, replyXml } from "../reply.ts";
import { ownerOf } from "./list-objects.ts";

/** What is asked about buckets themselves. They come and go with the infrastructure alone. */

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html */
export const listBuckets: S3Operation = {
  name: "ListBuckets",
  action: "s3:ListAllMyBuckets",
  async run({ core, response }) {
    const sql = "SELECT name, created_at FROM bucket ORDER BY name";
    const known = core.database.query<{ name: string; created_at: number }>(sql).all();
    const buckets = known.filter(({ name }) => core.buckets.has(name));
    replyXml(response, "ListAllMyBucketsResult", {
      Owner: ownerOf({ core }),
      Buckets: {
        Bucket: buckets.map(({ name, created_at }) => ({
          Name: name,
          CreationDate: new Date(created_at).toISOString(),
          BucketRegion: core.region,
        })),
      },
    });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html */
export const headBucket: S3Operation = {
  name: "HeadBucket",
  action: "s3:ListBucket",
  async run({ core, response }) {
    reply(response, 200, { "x-amz-bucket-region": core.region, "content-type": "application/xml" });
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html */
export const getBucketLocation: S3Operation = {
  name: "GetBucketLocation",
  action: "s3:GetBucketLocation",
  async run({ core, response }) {
    // The first region has no name here, and the root holds the text itself.
    replyXml(response, "LocationConstraint", core.region === "us-east-1" ? "" : core.region);
  },
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketVersioning.html */
export const getBucketVersioning: S3Operation = {
  name: "GetBucketVersioning",
  action: "s3:GetBucketVersioning",
  async run({ response, bucket }) {
    replyXml(response, "VersioningConfiguration", { Status: bucket.versioning });
  },
};
