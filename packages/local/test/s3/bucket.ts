import { readdir } from "node:fs/promises";
import { S3Client } from "@aws-sdk/client-s3";
import type { AwsServerOptions } from "../../src/aws/server.ts";
import { type BucketSettings, openS3, type S3, type S3Options } from "../../src/emulator/s3/s3.ts";
import { ACCOUNT, type Endpoint, REGION, startEndpoint, temporaryFolder } from "../aws/endpoint.ts";

export const BUCKET = "photos";

export interface Rig {
  readonly s3: S3;
  readonly client: S3Client;
  readonly endpoint: Endpoint;
  readonly folder: string;
  readonly logged: readonly unknown[];
  /** Events as they were delivered. */
  readonly delivered: { readonly targetArn: string; readonly event: S3Event }[];
  [Symbol.asyncDispose](): Promise<void>;
}

interface S3Event {
  readonly Records: readonly {
    readonly eventName: string;
    readonly s3: { readonly object: Readonly<Record<string, string | number>> };
    readonly [field: string]: unknown;
  }[];
}

/** A bucket behind the endpoint, and the SDK's client for it. */
export async function startBucket(
  settings: Partial<BucketSettings> = {},
  options: Partial<S3Options> & { server?: Partial<AwsServerOptions> } = {},
): Promise<Rig> {
  const folder = await temporaryFolder();
  const delivered: Rig["delivered"] = [];
  const logged: unknown[] = [];
  const s3 = await openS3({
    dir: folder.path,
    region: REGION,
    accountId: ACCOUNT,
    log: (entry) => void logged.push(entry),
    deliver: async (targetArn, event) => void delivered.push({ targetArn, event: event as S3Event }),
    ...options,
  });
  await s3.putBucket({ name: BUCKET, ...settings });
  await s3.resume();
  const endpoint = await startEndpoint({ services: { s3, json: [] }, ...options.server });
  const client = new S3Client({ ...endpoint.config });
  return {
    s3,
    client,
    endpoint,
    folder: folder.path,
    delivered,
    logged,
    async [Symbol.asyncDispose]() {
      client.destroy();
      await endpoint.close();
      await s3.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The files that hold the bytes of objects and parts. */
export async function blobsOf({ folder }: { readonly folder: string }): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((name) => /^blobs\/..\/./.test(name));
}
