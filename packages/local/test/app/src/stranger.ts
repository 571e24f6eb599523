import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";

/** GET /secret: knows the bucket's name, and was given no right to it. */
export const handler = async () => {
  try {
    await new S3Client({}).send(new GetObjectCommand({ Bucket: process.env.BOX, Key: "in/some words" }));
    return { statusCode: 200, body: "" };
  } catch (error) {
    return { statusCode: 403, body: error instanceof Error ? error.name : String(error) };
  }
};
