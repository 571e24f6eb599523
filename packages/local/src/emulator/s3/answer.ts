import type { Readable } from "node:stream";
import { attributeHeaders, checksumHeaders } from "./attributes.ts";
import { type ReadCondition, judgeRead } from "./condition.ts";
import { bucketOf, type Core } from "./core.ts";
import { shownVersion } from "./change.ts";
import { invalid, S3Error } from "./error.ts";
import { type ByteRange, readRange } from "./range.ts";
import type { ReplyHeaders } from "./reply.ts";
import type { Checksum, ObjectVersion } from "./types.ts";

/** What a reader asks for. Headers by lower-case name. */
export interface ObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly partNumber?: string | undefined;
  readonly header: (name: string) => string | undefined;
}

export interface ObjectAnswer {
  readonly statusCode: 200 | 206 | 304;
  readonly headers: ReplyHeaders;
  readonly version: ObjectVersion;
  /** Streams the bytes that the headers announce. */
  open(): Readable;
}

/** Finds the version that a request means. Throws NoSuchKey, NoSuchVersion or MethodNotAllowed (a delete marker). */
export function findVersion(
  core: Core,
  { bucket: name, key, versionId }: Pick<ObjectRequest, "bucket" | "key" | "versionId">,
): ObjectVersion {
  const bucket = bucketOf(core, name);
  const version =
    versionId === undefined ? core.objects.latest(name, key) : core.objects.version(name, key, versionId);
  if (!version) {
    throw versionId === undefined
      ? new S3Error("NoSuchKey", { Key: key })
      : new S3Error("NoSuchVersion", { Key: key, VersionId: versionId });
  }
  if (!version.isDeleteMarker) return version;
  const headers = { "x-amz-delete-marker": "true", "x-amz-version-id": shownVersion(bucket, version) };
  throw versionId === undefined
    ? new S3Error("NoSuchKey", { Key: key }, { headers })
    : new S3Error("MethodNotAllowed", { Method: "GET", ResourceType: "DeleteMarker" }, { headers });
}

/** Answers a read as GetObject does: conditions, range or part, headers. Throws an {@link S3Error}. */
export function answerObject(core: Core, request: ObjectRequest): ObjectAnswer {
  const version = findVersion(core, request);
  const bucket = bucketOf(core, request.bucket);
  const identity = {
    etag: `"${version.etag}"`,
    "last-modified": new Date(version.modifiedAt).toUTCString(),
    "x-amz-version-id": shownVersion(bucket, version),
  };
  const verdict = judgeRead(readCondition(request), version);
  if (verdict.startsWith("failed:"))
    throw new S3Error("PreconditionFailed", { Condition: verdict.slice("failed:".length) });
  const cacheControl = version.attributes.headers["cache-control"];
  const open = (range: ByteRange) => () => openRange(core, version, range);
  if (verdict === "notModified") {
    const headers = { ...identity, "cache-control": cacheControl };
    return { statusCode: 304, headers, version, open: open({ start: 0, sizeBytes: 0 }) };
  }
  const { range, partHeaders, checksum } = selectBytes(request, version);
  const headers = {
    ...attributeHeaders(version.attributes),
    ...identity,
    ...partHeaders,
    ...(request.header("x-amz-checksum-mode")?.toUpperCase() === "ENABLED" ? checksumHeaders(checksum) : {}),
    "accept-ranges": "bytes",
  };
  if (!range) {
    const whole = { start: 0, sizeBytes: version.sizeBytes };
    return {
      statusCode: 200,
      headers: { ...headers, "content-length": version.sizeBytes },
      version,
      open: open(whole),
    };
  }
  const last = range.start + range.sizeBytes - 1;
  const ranged = {
    "content-length": range.sizeBytes,
    "content-range": `bytes ${range.start}-${last}/${version.sizeBytes}`,
  };
  return { statusCode: 206, headers: { ...headers, ...ranged }, version, open: open(range) };
}

function readCondition({ header }: ObjectRequest): ReadCondition {
  return {
    ifMatch: header("if-match"),
    ifNoneMatch: header("if-none-match"),
    ifModifiedSince: header("if-modified-since"),
    ifUnmodifiedSince: header("if-unmodified-since"),
  };
}

interface Selection {
  /** Left out: all of it. */
  readonly range?: ByteRange;
  readonly partHeaders?: ReplyHeaders;
  /** The checksum of exactly these bytes. */
  readonly checksum?: Checksum | undefined;
}

function selectBytes(request: ObjectRequest, version: ObjectVersion): Selection {
  const header = request.header("range");
  if (request.partNumber !== undefined) {
    if (header !== undefined)
      throw invalid("InvalidRequest", "Cannot specify both Range header and partNumber query parameter");
    return selectPart(request.partNumber, version);
  }
  const ifRange = request.header("if-range");
  const isStale = ifRange?.startsWith('"') === true && ifRange !== `"${version.etag}"`;
  const range = isStale ? undefined : readRange(header, version.sizeBytes);
  return range ? { range } : { checksum: version.checksum };
}

function selectPart(text: string, version: ObjectVersion): Selection {
  const number = Number(text);
  const parts = version.parts ?? [{ number: 1, sizeBytes: version.sizeBytes }];
  const index = parts.findIndex((part) => part.number === number);
  const part = parts[index];
  if (!part)
    throw new S3Error("InvalidPartNumber", {
      PartNumberRequested: text,
      ActualPartCount: String(parts.length),
    });
  const partHeaders = { "x-amz-mp-parts-count": version.parts ? parts.length : undefined };
  if (part.sizeBytes === 0) return { partHeaders };
  const start = parts.slice(0, index).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const { checksum } = version;
  return {
    range: { start, sizeBytes: part.sizeBytes },
    partHeaders,
    checksum: checksum && "checksum" in part ? { ...checksum, value: part.checksum } : undefined,
  };
}

function openRange(core: Core, version: ObjectVersion, { start, sizeBytes }: ByteRange): Readable {
  const segments =
    version.content === undefined || sizeBytes === 0
      ? []
      : core.contents.segments(version.content, start, sizeBytes);
  return core.contents.read(segments);
}
