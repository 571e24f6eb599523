import { S3Client } from "@aws-sdk/client-s3";
import { Resource } from "sst";

let client: S3Client | undefined;
let presigner: S3Client | undefined;

/** The process's one S3 client. Region, endpoint and credentials come from the environment, as the SDK reads them. */
export function s3(): S3Client {
  return (client ??= new S3Client({}));
}

/** The client that signs URLs for others. By default the SDK would sign the checksum of an empty body into each of them. */
export function s3Presigner(): S3Client {
  return (presigner ??= new S3Client({ requestChecksumCalculation: "WHEN_REQUIRED" }));
}

/** The bucket that holds sources, work documents and media. */
export function mediaBucket(): string {
  return Resource.Media.name;
}
