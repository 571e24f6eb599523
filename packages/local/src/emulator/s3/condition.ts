import { S3Error, invalid } from "./error.ts";
import type { ObjectVersion } from "./types.ts";

/** Conditions on requests. https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html */

export interface ReadCondition {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly ifModifiedSince: string | undefined;
  readonly ifUnmodifiedSince: string | undefined;
}

export interface WriteCondition {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** What a reader's conditions make of an object, in the order of RFC 9110, section 13.2.2. */
export function judgeRead(
  condition: ReadCondition,
  version: Pick<ObjectVersion, "etag" | "modifiedAt">,
): "ok" | "notModified" | "failed:If-Match" | "failed:If-Unmodified-Since" {
  // HTTP dates have whole seconds.
  const modifiedAt = Math.floor(version.modifiedAt / 1000) * 1000;
  if (condition.ifMatch !== undefined) {
    if (!listsEtag(condition.ifMatch, version.etag)) return "failed:If-Match";
  } else if (modifiedAt > timeOf(condition.ifUnmodifiedSince, Infinity)) {
    return "failed:If-Unmodified-Since";
  }
  if (condition.ifNoneMatch !== undefined) {
    return listsEtag(condition.ifNoneMatch, version.etag) ? "notModified" : "ok";
  }
  return modifiedAt <= timeOf(condition.ifModifiedSince, -Infinity) ? "notModified" : "ok";
}

/** Throws when a writer's condition does not hold for what is there now. */
export function checkWrite(condition: WriteCondition, current: ObjectVersion | undefined, key: string): void {
  const existing = current?.isDeleteMarker ? undefined : current;
  if (condition.ifNoneMatch !== undefined) {
    if (condition.ifNoneMatch.trim() !== "*") {
      throw invalid("NotImplemented", "If-None-Match of a write can only be *.");
    }
    if (existing) throw new S3Error("PreconditionFailed", { Condition: "If-None-Match" });
  }
  if (condition.ifMatch === undefined) return;
  if (!existing) throw new S3Error("NoSuchKey", { Key: key });
  if (!listsEtag(condition.ifMatch, existing.etag))
    throw new S3Error("PreconditionFailed", { Condition: "If-Match" });
}

/** Whether a list of ETags, quoted or not, or `*` names this one. */
function listsEtag(list: string, etag: string): boolean {
  const names = list.split(",").map((name) =>
    name
      .trim()
      .replace(/^W\//, "")
      .replace(/^"(.*)"$/, "$1"),
  );
  return names.some((name) => name === "*" || name === etag);
}

/** A date that is none does not count. */
function timeOf(date: string | undefined, fallback: number): number {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? fallback : time;
}
