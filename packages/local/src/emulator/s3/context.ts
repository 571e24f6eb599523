import type { ServerResponse } from "node:http";
import type { Body } from "../../aws/body.ts";
import { headerOf } from "../../aws/request.ts";
import type { S3Request } from "../../aws/server.ts";
import type { Caller } from "../../aws/service.ts";
import type { Core } from "./core.ts";
import type { Origin } from "./event/record.ts";
import type { BucketSettings } from "./types.ts";

/** What an operation works with. */
export interface Context {
  readonly core: Core;
  readonly request: S3Request;
  readonly response: ServerResponse;
  readonly caller: Caller | undefined;
  readonly origin: Origin;
  readonly bucket: BucketSettings;
  /** Empty for operations on a bucket. */
  readonly key: string;
  /** A header by its lower-case name; one that starts with `x-amz-` may stand in the query of a presigned URL instead. */
  readonly header: (name: string) => string | undefined;
  readonly query: (name: string) => string | undefined;
  /** The body. Ask for it once. */
  readonly body: () => Body;
  /** Refuses what the caller may not do to another key or bucket. */
  readonly authorize: (action: string, bucket: string, key: string, caller?: Caller) => Promise<void>;
}

/** One operation of the S3 API. */
export interface S3Operation {
  readonly name: string;
  /** What a policy calls it. Left out where the operation asks for each key itself. */
  readonly action?: string;
  run(context: Context): Promise<void>;
}

/** Not taken from a query: SDKs sign the checksum of no body into their URLs, and S3 takes no notice of it. */
const NOT_HOISTED = /^x-amz-(checksum-|sdk-checksum-algorithm$)/;

/** Reads headers, with those that a presigned URL carries in its query. */
export function headerReader(request: S3Request): (name: string) => string | undefined {
  const hoisted = new Map<string, string>();
  for (const [name, value] of request.query) {
    const lower = name.toLowerCase();
    if (lower.startsWith("x-amz-") && !NOT_HOISTED.test(lower)) hoisted.set(lower, value);
  }
  return (name) => headerOf(request.headers, name) ?? hoisted.get(name);
}

export function originOf(request: S3Request, extendedRequestId: string, caller: Caller | undefined): Origin {
  const { id: requestId, remoteAddress: sourceIp } = request;
  return { principalId: principalOf(caller), sourceIp, requestId, extendedRequestId };
}

/** `AWS:` and an id like a role's, with its session behind it. */
export function principalOf(caller: Caller | undefined): string {
  if (!caller) return "Anonymous";
  const session = caller.arn.slice(caller.arn.lastIndexOf("/") + 1);
  return `AWS:AROA${caller.accessKeyId.slice(4)}:${session}`;
}
