import { ListMultipartUploadsCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { mediaBucket, s3 } from "./client.ts";

/** The names of the folders right below a prefix, a page of at most 1,000 after the other. */
export async function* listFolders(prefix: string): AsyncGenerator<string[]> {
  const pages = paginateListObjectsV2(
    { client: s3() },
    { Bucket: mediaBucket(), Prefix: prefix, Delimiter: "/" },
  );
  for await (const { CommonPrefixes = [] } of pages)
    yield CommonPrefixes.flatMap(({ Prefix }) => Prefix?.slice(prefix.length, -1) ?? []);
}

/** When the newest object under a prefix was written; null where there is none. */
export async function newestUnder(prefix: string): Promise<Date | null> {
  let newest: Date | null = null;
  for await (const page of paginateListObjectsV2(
    { client: s3() },
    { Bucket: mediaBucket(), Prefix: prefix },
  )) {
    for (const { LastModified } of page.Contents ?? [])
      if (LastModified && (newest === null || LastModified > newest)) newest = LastModified;
  }
  return newest;
}

export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  readonly initiatedAt: Date;
}

/** Multipart uploads under a prefix that were neither completed nor aborted, a page of at most 1,000 after the other. */
export async function* listUploads(prefix: string): AsyncGenerator<OpenUpload[]> {
  let after: { KeyMarker?: string | undefined; UploadIdMarker?: string | undefined } | undefined = {};
  while (after) {
    const page: Awaited<ReturnType<typeof pageOfUploads>> = await pageOfUploads(prefix, after);
    yield (page.Uploads ?? []).flatMap(({ Key, UploadId, Initiated }) =>
      Key && UploadId && Initiated ? { key: Key, uploadId: UploadId, initiatedAt: Initiated } : [],
    );
    after = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker }
      : undefined;
  }
}

function pageOfUploads(prefix: string, after: object) {
  return s3().send(new ListMultipartUploadsCommand({ Bucket: mediaBucket(), Prefix: prefix, ...after }));
}
