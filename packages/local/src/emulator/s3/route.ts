import type { S3Operation } from "./context.ts";
import { invalid, S3Error } from "./error.ts";
import { checkKey } from "./key.ts";
import { abortMultipartUpload } from "./operation/abort-multipart-upload.ts";
import { getBucketLocation, getBucketVersioning, headBucket, listBuckets } from "./operation/bucket.ts";
import { completeMultipartUpload } from "./operation/complete-multipart-upload.ts";
import { copyObject } from "./operation/copy-object.ts";
import { createMultipartUpload } from "./operation/create-multipart-upload.ts";
import { deleteObject } from "./operation/delete-object.ts";
import { deleteObjects } from "./operation/delete-objects.ts";
import { getObject, headObject } from "./operation/get-object.ts";
import { listMultipartUploads } from "./operation/list-multipart-uploads.ts";
import { listObjectVersions } from "./operation/list-object-versions.ts";
import { listObjects, listObjectsV2 } from "./operation/list-objects.ts";
import { listParts } from "./operation/list-parts.ts";
import { deleteObjectTagging, getObjectTagging, putObjectTagging } from "./operation/object-tagging.ts";
import { postObject } from "./operation/post-object.ts";
import { putObject } from "./operation/put-object.ts";
import { uploadPart } from "./operation/upload-part.ts";
import { uploadPartCopy } from "./operation/upload-part-copy.ts";

type Level = "service" | "bucket" | "object";

interface Route {
  readonly method: string;
  readonly level: Level;
  /** A parameter that the query must have, with this value where one is given. */
  readonly query?: string;
  /** A header that must be there. */
  readonly header?: string;
  readonly operation: S3Operation;
}

/** The first that fits. */
export const ROUTES: readonly Route[] = [
  { method: "GET", level: "service", operation: listBuckets },
  { method: "HEAD", level: "bucket", operation: headBucket },
  { method: "GET", level: "bucket", query: "location", operation: getBucketLocation },
  { method: "GET", level: "bucket", query: "versioning", operation: getBucketVersioning },
  { method: "GET", level: "bucket", query: "versions", operation: listObjectVersions },
  { method: "GET", level: "bucket", query: "uploads", operation: listMultipartUploads },
  { method: "GET", level: "bucket", query: "list-type=2", operation: listObjectsV2 },
  { method: "GET", level: "bucket", operation: listObjects },
  { method: "POST", level: "bucket", query: "delete", operation: deleteObjects },
  { method: "POST", level: "bucket", operation: postObject },
  { method: "GET", level: "object", query: "uploadId", operation: listParts },
  { method: "GET", level: "object", query: "tagging", operation: getObjectTagging },
  { method: "GET", level: "object", operation: getObject },
  { method: "HEAD", level: "object", operation: headObject },
  {
    method: "PUT",
    level: "object",
    query: "uploadId",
    header: "x-amz-copy-source",
    operation: uploadPartCopy,
  },
  { method: "PUT", level: "object", query: "uploadId", operation: uploadPart },
  { method: "PUT", level: "object", query: "tagging", operation: putObjectTagging },
  { method: "PUT", level: "object", header: "x-amz-copy-source", operation: copyObject },
  { method: "PUT", level: "object", operation: putObject },
  { method: "POST", level: "object", query: "uploads", operation: createMultipartUpload },
  { method: "POST", level: "object", query: "uploadId", operation: completeMultipartUpload },
  { method: "DELETE", level: "object", query: "uploadId", operation: abortMultipartUpload },
  { method: "DELETE", level: "object", query: "tagging", operation: deleteObjectTagging },
  { method: "DELETE", level: "object", operation: deleteObject },
];

/** Parts of the API that other parts would be mistaken for, were they not refused by name. */
const NOT_OFFERED = [
  ..."accelerate acl analytics attributes cors encryption intelligent-tiering inventory legal-hold lifecycle logging".split(
    " ",
  ),
  ..."metadataTable metrics notification object-lock ownershipControls policy policyStatus publicAccessBlock".split(
    " ",
  ),
  ..."renameObject replication requestPayment restore retention select session torrent website".split(" "),
];

/** The operation that a request is. Throws NotImplemented, with its name, for one that is not offered. */
export function findOperation(
  method: string,
  { bucket, key }: Target,
  query: URLSearchParams,
  header: (name: string) => string | undefined,
): S3Operation {
  const refused = NOT_OFFERED.find((name) => query.has(name));
  if (refused) throw invalid("NotImplemented", `S3's ${method} ?${refused} is not offered locally.`);
  const level = levelOf(bucket, key);
  const route = ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.level === level &&
      (candidate.header === undefined || header(candidate.header) !== undefined) &&
      (candidate.query === undefined || hasQuery(query, candidate.query)),
  );
  if (route) return route.operation;
  if (level === "bucket" && (method === "PUT" || method === "DELETE")) {
    throw invalid(
      "NotImplemented",
      "Buckets come and go with the infrastructure; they cannot be changed through the API locally.",
    );
  }
  throw new S3Error("MethodNotAllowed", { Method: method, ResourceType: level.toUpperCase() });
}

function levelOf(bucket: string, key: string): Level {
  if (bucket === "") return "service";
  return key === "" ? "bucket" : "object";
}

function hasQuery(query: URLSearchParams, wanted: string): boolean {
  const [name = "", value] = wanted.split("=");
  return value === undefined ? query.has(name) : query.get(name) === value;
}

/** What a request is about. */
export interface Target {
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for a bucket. */
  readonly key: string;
}

/**
 * Finds bucket and key: the bucket is the first segment of the path, or the first label of the host
 * (`bucket.localhost`, `bucket.s3.<region>.amazonaws.com`).
 */
export function findTarget(host: string, path: string, region: string): Target {
  const bucket = bucketOfHost(host.replace(/:\d+$/, ""), region);
  if (bucket !== undefined) return { bucket, key: checkKey(decode(path.slice(1))) };
  const end = path.indexOf("/", 1);
  if (end < 0) return { bucket: decode(path.slice(1)), key: "" };
  return { bucket: decode(path.slice(1, end)), key: checkKey(decode(path.slice(end + 1))) };
}

function bucketOfHost(host: string, region: string): string | undefined {
  const services = [`s3.${region}.amazonaws.com`, "s3.amazonaws.com", "s3.localhost", "localhost"];
  if (services.includes(host)) return undefined;
  const service = services.find((name) => host.endsWith(`.${name}`));
  return service === undefined ? undefined : host.slice(0, -service.length - 1);
}

/** Decodes once: `%252F` is the key `%2F`. Nothing else is done to a key, since `..` and `//` are parts of it. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new S3Error("InvalidURI", { URI: text }, { cause: error });
  }
}
