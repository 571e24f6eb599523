import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Resource } from "sst";

/** A step: reads what the task wrote. */
export const handler = async ({ key }: { key: string }) => {
  const { name: Bucket } = (Resource as unknown as { Box: { name: string } }).Box;
  const { Body } = await new S3Client({}).send(
    new GetObjectCommand({ Bucket, Key: key.replace("in/", "out/") }),
  );
  return { key, ...(JSON.parse((await Body?.transformToString()) ?? "{}") as object) };
};
