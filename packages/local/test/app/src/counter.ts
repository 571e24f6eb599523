import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Resource } from "sst";

/** A task: counts the words of the object that KEY names. */
const { name: Bucket } = (Resource as unknown as { Box: { name: string } }).Box;
const { KEY: Key = "", SEPARATOR = "" } = process.env;
const s3 = new S3Client({});
const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
const text = (await Body?.transformToString()) ?? "";
if (text === "fail") process.exit(1);
const words = text.split(SEPARATOR).filter(Boolean).length;
await s3.send(
  new PutObjectCommand({ Bucket, Key: Key.replace("in/", "out/"), Body: JSON.stringify({ words }) }),
);
