import { createHash } from "node:crypto";
import { readAll } from "../../../aws/body.ts";
import type { XmlElement } from "../../../aws/xml.ts";
import { checksumElements, readChecksumHeader } from "../attributes.ts";
import { createObject, shownVersion } from "../change.ts";
import { checksumElement, compositeChecksum, joinedChecksum } from "../checksum.ts";
import { checkWrite } from "../condition.ts";
import type { Context, S3Operation } from "../context.ts";
import { readDocument } from "../document.ts";
import { invalid, S3Error } from "../error.ts";
import { replyXml } from "../reply.ts";
import type { Part, Upload } from "../store/uploads.ts";
import type { Checksum } from "../types.ts";
import { writeCondition } from "./put-object.ts";
import { uploadOf } from "./upload-part.ts";

/** Every part but the last has at least 5 MiB. */
const MIN_PART_BYTES = 5 * 1024 * 1024;
const MAX_PARTS = 10_000;
const MAX_BYTES = 4 * 1024 * 1024;

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CompleteMultipartUpload.html */
export const completeMultipartUpload: S3Operation = {
  name: "CompleteMultipartUpload",
  action: "s3:PutObject",
  async run(context) {
    const { core, response, bucket, key, origin } = context;
    const upload = uploadOf(context);
    const condition = writeCondition(context);
    checkWrite(condition, core.objects.latest(bucket.name, key), key);
    const document = readDocument(
      await readAll(context.body().stream, MAX_BYTES),
      "CompleteMultipartUpload",
      context,
    );
    const parts = chooseParts(
      document.all("Part"),
      new Map(core.uploads.parts(upload, 0, MAX_PARTS).map((part) => [part.number, part])),
    );
    const checksum = await checksumOf(upload, parts);
    checkWhole(context, parts, checksum);
    const created = {
      bucket,
      key,
      condition,
      origin,
      event: "ObjectCreated:CompleteMultipartUpload",
      sizeBytes: sizeOf(parts),
      etag: etagOf(parts),
      attributes: upload.attributes,
      checksum,
      parts: parts.map(({ number, sizeBytes, checksum }) => ({
        number,
        sizeBytes,
        ...(checksum ? { checksum: checksum.value } : {}),
      })),
    };
    const version = createObject(core, created, () => finish(context, parts));
    const Location = `http://${context.request.headers.host ?? "localhost"}/${bucket.name}/${encodeURIComponent(key)}`;
    const result = {
      Location,
      Bucket: bucket.name,
      Key: key,
      ETag: `"${version.etag}"`,
      ...checksumElements(checksum),
    };
    replyXml(response, "CompleteMultipartUploadResult", result, {
      "x-amz-version-id": shownVersion(bucket, version),
    });
  },
};

/** The parts that the client names, checked against what was uploaded. */
export function chooseParts(named: readonly XmlElement[], uploaded: ReadonlyMap<number, Part>): Part[] {
  if (named.length === 0) throw new S3Error("MalformedXML");
  const parts = named.map((element) => {
    const number = Number(element.text("PartNumber"));
    if (!Number.isInteger(number)) throw new S3Error("MalformedXML");
    const etag = (element.text("ETag") ?? "").trim().replace(/^"(.*)"$/, "$1");
    const part = uploaded.get(number);
    if (part?.etag !== etag) throw new S3Error("InvalidPart", { PartNumber: String(number), ETag: etag });
    checkPart(element, part);
    return part;
  });
  parts.forEach((part, index) => {
    const before = parts[index - 1];
    if (!before) return;
    if (before.number >= part.number) throw new S3Error("InvalidPartOrder");
    if (before.sizeBytes < MIN_PART_BYTES) {
      const details = {
        ProposedSize: before.sizeBytes,
        MinSizeAllowed: MIN_PART_BYTES,
        PartNumber: before.number,
        ETag: before.etag,
      };
      throw new S3Error(
        "EntityTooSmall",
        Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)])),
      );
    }
  });
  return parts;
}

function checkPart(element: XmlElement, { number, checksum, etag }: Part): void {
  const named = checksum && element.text(checksumElement(checksum.algorithm));
  if (named !== undefined && named !== checksum?.value)
    throw new S3Error("InvalidPart", { PartNumber: String(number), ETag: etag });
}

async function checksumOf({ checksum }: Upload, parts: readonly Part[]): Promise<Checksum | undefined> {
  if (!checksum) return undefined;
  const { algorithm, type } = checksum;
  const values = parts.map((part) => ({ checksum: part.checksum?.value ?? "", sizeBytes: part.sizeBytes }));
  const value =
    type === "FULL_OBJECT"
      ? joinedChecksum(algorithm, values)
      : await compositeChecksum(
          algorithm,
          values.map((part) => part.checksum),
        );
  return { algorithm, type, value };
}

/** Checks what the client says about the whole object. */
function checkWhole({ header }: Context, parts: readonly Part[], checksum: Checksum | undefined): void {
  const size = header("x-amz-mp-object-size");
  if (size !== undefined && Number(size) !== sizeOf(parts)) {
    throw invalid(
      "InvalidRequest",
      `The provided 'x-amz-mp-object-size' header value ${size} does not match what was computed: ${sizeOf(parts)}`,
    );
  }
  const given = readChecksumHeader(header);
  if (given && given.algorithm === checksum?.algorithm && given.value !== checksum.value) {
    throw invalid("BadDigest", `The ${given.algorithm} you specified did not match the calculated checksum.`);
  }
}

function sizeOf(parts: readonly Part[]): number {
  return parts.reduce((sum, part) => sum + part.sizeBytes, 0);
}

/** The MD5 over the MD5s of the parts, with their number behind it. */
function etagOf(parts: readonly Part[]): string {
  const md5 = createHash("md5");
  for (const part of parts) md5.update(Buffer.from(part.etag, "hex"));
  return `${md5.digest("hex")}-${parts.length}`;
}

/** In the transaction: the parts become one content, the ones that were not named go, and so does the upload. */
function finish(context: Context, parts: readonly Part[]): number {
  const { core } = context;
  // Two completions of one upload may have read their documents at the same time.
  const upload = uploadOf(context);
  const used = new Set(parts.map((part) => part.content));
  const current = core.uploads.parts(upload, 0, MAX_PARTS);
  const present = new Set(current.map((part) => part.content));
  if (!parts.every((part) => present.has(part.content))) throw new S3Error("InvalidPart");
  for (const part of current) if (!used.has(part.content)) core.contents.drop(part.content);
  core.uploads.remove(upload);
  return core.contents.join(parts.map((part) => part.content));
}
