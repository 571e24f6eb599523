import { S3Client } from "@aws-sdk/client-s3";
import { Resource } from "sst";

let client: S3Client | undefined;

/** The process's one S3 client. Region, endpoint and credentials come from the environment, as the SDK reads them. */
export function s3(): S3Client {
  return (client ??= new S3Client({}));
}

/** The bucket that holds sources, work documents and media. */
export function mediaBucket(): string {
  return Resource.Media.name;
}
