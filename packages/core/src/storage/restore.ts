import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsOutput,
  S3Client,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";

let client: S3Client | undefined;
/** A client of its own: an operator's terminal has no links that would name the bucket. */
const s3 = () => (client ??= new S3Client({}));

/** CopyObject takes objects of up to 5 GiB; larger ones are copied in parts. */
const COPY_LIMIT_BYTES = 5 * 1024 ** 3;

interface Version {
  readonly versionId: string;
  readonly at: Date;
  /** Null for the mark that a deletion leaves. */
  readonly sizeBytes: number | null;
}

/** What is to be done to a key, so that it is again what it was. */
export type Step =
  | { readonly key: string; readonly action: "undelete"; readonly markers: readonly string[] }
  | { readonly key: string; readonly action: "bring back"; readonly version: Version };

interface Request {
  readonly bucket: string;
  readonly prefix: string;
  /** The instant whose objects are wanted back. */
  readonly at: Date;
}

/**
 * Compares a bucket that keeps versions with what it was at an instant. Objects that were deleted since are undeleted by
 * deleting the marks, whatever their size; those that were overwritten are brought back as a new version. Objects that
 * came since are left alone.
 */
export async function* planRestore({ bucket, prefix, at }: Request): AsyncGenerator<Step> {
  for await (const [key, versions] of versionsByKey(bucket, prefix)) {
    const step = stepFor(key, versions, at);
    if (step) yield step;
  }
}

function stepFor(key: string, versions: readonly Version[], at: Date): Step | undefined {
  const newestFirst = versions.toSorted((a, b) => b.at.getTime() - a.at.getTime());
  const index = newestFirst.findIndex((version) => version.at <= at);
  const [then, since] = [newestFirst[index], newestFirst.slice(0, index)];
  // It was not there then, or has not changed since, or was deleted already.
  if (!then || since.length === 0) return undefined;
  if (then.sizeBytes === null) return undefined;
  const markers = since.filter(({ sizeBytes }) => sizeBytes === null);
  if (markers.length === since.length)
    return { key, action: "undelete", markers: markers.map(({ versionId }) => versionId) };
  return { key, action: "bring back", version: then };
}

/** Does one step of a plan. Doing it again does no harm. */
export async function carryOut(bucket: string, step: Step, limitBytes = COPY_LIMIT_BYTES): Promise<void> {
  const target = { Bucket: bucket, Key: step.key };
  if (step.action === "undelete") {
    for (const VersionId of step.markers) await s3().send(new DeleteObjectCommand({ ...target, VersionId }));
    return;
  }
  const { versionId, sizeBytes } = step.version;
  const CopySource = `${bucket}/${step.key.split("/").map(encodeURIComponent).join("/")}?versionId=${versionId}`;
  if ((sizeBytes ?? 0) <= limitBytes) await s3().send(new CopyObjectCommand({ ...target, CopySource }));
  else await copyInParts({ ...target, CopySource }, step.version, limitBytes);
}

/** The parts of a copy carry no headers, so the upload takes them from the version. */
async function copyInParts(
  source: { Bucket: string; Key: string; CopySource: string },
  { versionId, sizeBytes }: Version,
  limitBytes: number,
): Promise<void> {
  const { CopySource, ...target } = source;
  const { ContentType, CacheControl } = await s3().send(
    new HeadObjectCommand({ ...target, VersionId: versionId }),
  );
  const { UploadId } = await s3().send(
    new CreateMultipartUploadCommand({ ...target, ContentType, CacheControl }),
  );
  const Parts: CompletedPart[] = [];
  for (const CopySourceRange of ranges(sizeBytes ?? 0, limitBytes)) {
    const part = { ...source, CopySource, CopySourceRange, UploadId, PartNumber: Parts.length + 1 };
    const { CopyPartResult } = await s3().send(new UploadPartCopyCommand(part));
    Parts.push({ PartNumber: part.PartNumber, ETag: CopyPartResult?.ETag });
  }
  await s3().send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
}

function ranges(sizeBytes: number, limitBytes: number): string[] {
  return Array.from({ length: Math.ceil(sizeBytes / limitBytes) }, (_, index) => {
    const end = Math.min((index + 1) * limitBytes, sizeBytes) - 1;
    return `bytes=${index * limitBytes}-${end}`;
  });
}

/** Every key with all its versions. A listing gives a key's versions one after the other, also across its pages. */
async function* versionsByKey(bucket: string, prefix: string): AsyncGenerator<[string, Version[]]> {
  let current: [string, Version[]] | undefined;
  for await (const page of versionPages(bucket, prefix)) {
    const found = [
      ...(page.Versions ?? []).map((version) => ({ ...version, sizeBytes: version.Size ?? 0 })),
      ...(page.DeleteMarkers ?? []).map((marker) => ({ ...marker, sizeBytes: null })),
    ].toSorted((a, b) => compare(a.Key ?? "", b.Key ?? ""));
    for (const {
      Key = "",
      VersionId: versionId = "null",
      LastModified: at = new Date(),
      sizeBytes,
    } of found) {
      if (current?.[0] !== Key) {
        if (current) yield current;
        current = [Key, []];
      }
      current[1].push({ versionId, at, sizeBytes });
    }
  }
  if (current) yield current;
}

async function* versionPages(Bucket: string, Prefix: string): AsyncGenerator<ListObjectVersionsOutput> {
  let after: object | undefined = {};
  while (after) {
    const page: ListObjectVersionsOutput = await s3().send(
      new ListObjectVersionsCommand({ Bucket, Prefix, ...after }),
    );
    yield page;
    const { IsTruncated, NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
    after = IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
  }
}

/** S3's order: of the bytes of UTF-8. */
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
