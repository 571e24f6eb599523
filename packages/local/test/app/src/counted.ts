import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { SNSEvent } from "aws-lambda";
import { Resource } from "sst";

/** Keeps the last message of the topic. */
export const handler = async ({ Records }: SNSEvent) => {
  const { name: Bucket } = (Resource as unknown as { Box: { name: string } }).Box;
  for (const { Sns } of Records)
    await new S3Client({}).send(new PutObjectCommand({ Bucket, Key: "messages/last", Body: Sns.Message }));
};
