import { ALGORITHMS, checksumHeader } from "./checksum.ts";
import { invalid, S3Error } from "./error.ts";
import type { ReplyHeaders } from "./reply.ts";
import type { Attributes, Checksum } from "./types.ts";

/** What a client says about an object, and what it gets back. */

const KEPT = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
  "x-amz-storage-class",
  "x-amz-website-redirect-location",
] as const;
const DEFAULT_TYPE = "binary/octet-stream";
const METADATA_PREFIX = "x-amz-meta-";
const MAX_METADATA_BYTES = 2048;
const MAX_TAGS = 10;

/** Refused by name: accepting them would promise what is not done. */
const UNSUPPORTED = [
  "x-amz-server-side-encryption-customer-algorithm",
  "x-amz-object-lock-mode",
  "x-amz-object-lock-legal-hold",
  "x-amz-write-offset-bytes",
];

/**
 * Reads what belongs to the object from the headers, or the fields of a form.
 * @param names all names, lower case.
 */
export function readAttributes(
  names: Iterable<string>,
  header: (name: string) => string | undefined,
): Attributes {
  const unsupported = UNSUPPORTED.find((name) => header(name) !== undefined);
  if (unsupported) throw invalid("NotImplemented", `The header ${unsupported} is not offered locally.`);
  const headers: Record<string, string> = { "content-type": DEFAULT_TYPE };
  for (const name of KEPT) {
    const value = name === "content-encoding" ? withoutChunking(header(name)) : header(name);
    if (value !== undefined && value !== "") headers[name] = value;
  }
  return { headers, metadata: readMetadata(names, header), tags: readTags(header("x-amz-tagging")) };
}

/** `aws-chunked` is how the body came, not what it is. */
function withoutChunking(encoding: string | undefined): string | undefined {
  const names = encoding?.split(",").map((name) => name.trim());
  return names?.filter((name) => name !== "" && name !== "aws-chunked").join(",");
}

function readMetadata(
  names: Iterable<string>,
  header: (name: string) => string | undefined,
): Record<string, string> {
  const entries = [...new Set(names)]
    .filter((name) => name.startsWith(METADATA_PREFIX))
    .map((name) => [name.slice(METADATA_PREFIX.length), header(name) ?? ""] as const);
  const sizeBytes = entries.reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + Buffer.byteLength(value),
    0,
  );
  if (sizeBytes > MAX_METADATA_BYTES) {
    throw new S3Error("MetadataTooLarge", {
      Size: String(sizeBytes),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  return Object.fromEntries(entries);
}

/** Reads tags of the header's form, `a=1&b=2`. */
export function readTags(text: string | undefined): Record<string, string> {
  return checkTags([...new URLSearchParams(text ?? "")]);
}

/** Throws InvalidTag for what S3 would not store. */
export function checkTags(tags: readonly (readonly [string, string])[]): Record<string, string> {
  if (tags.length > MAX_TAGS) throw invalid("InvalidTag", `Object tags cannot be greater than ${MAX_TAGS}`);
  if (new Set(tags.map(([name]) => name)).size < tags.length) {
    throw invalid("InvalidTag", "Cannot provide multiple Tags with the same key");
  }
  for (const [name, value] of tags) {
    if (name.length === 0 || name.length > 128)
      throw invalid("InvalidTag", "The TagKey you have provided is invalid");
    if (value.length > 256) throw invalid("InvalidTag", "The TagValue you have provided is invalid");
  }
  return Object.fromEntries(tags);
}

/** The headers that an object's attributes come back as. */
export function attributeHeaders({ headers, metadata, tags }: Attributes): ReplyHeaders {
  const named = Object.entries(metadata).map(
    ([name, value]) => [METADATA_PREFIX + name, encodeHeader(value)] as const,
  );
  const tagCount = Object.keys(tags).length;
  return {
    ...headers,
    ...Object.fromEntries(named),
    "x-amz-tagging-count": tagCount > 0 ? tagCount : undefined,
  };
}

/** Metadata from a form may hold any character; headers carry those beyond Latin-1 in the form of RFC 2047. */
function encodeHeader(value: string): string {
  // eslint-disable-next-line no-control-regex -- the range of Latin-1
  return /^[\u0000-\u00ff]*$/.test(value) ? value : `=?UTF-8?B?${Buffer.from(value).toString("base64")}?=`;
}

export function checksumHeaders(checksum: Checksum | undefined): ReplyHeaders {
  if (!checksum) return {};
  return { [checksumHeader(checksum.algorithm)]: checksum.value, "x-amz-checksum-type": checksum.type };
}

/** The elements of a checksum in an XML answer. */
export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {};
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type };
}

/** The one checksum that headers hold; undefined when there is none. Throws when there are several. */
export function readChecksumHeader(header: (name: string) => string | undefined) {
  const found = ALGORITHMS.map((algorithm) => ({ algorithm, value: header(checksumHeader(algorithm)) }));
  const given = found.flatMap(({ algorithm, value }) => (value === undefined ? [] : [{ algorithm, value }]));
  if (given.length > 1) {
    throw invalid(
      "InvalidRequest",
      "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.",
    );
  }
  return given[0];
}
