import type { Database } from "../../../aws/database.ts";
import type { Outbox } from "../../../aws/outbox.ts";
import { nextNumber } from "../store/counter.ts";
import { NULL_VERSION } from "../store/objects.ts";
import type { BucketSettings, NotificationRule, ObjectVersion } from "../types.ts";
import { eventMessage, type Origin } from "./record.ts";

/** Writes down what a bucket's rules want to be told, in the transaction that makes it true. */
export type Notify = (bucket: BucketSettings, change: Change, origin: Origin) => void;

export interface Change {
  /** Without `s3:`. */
  readonly name: string;
  readonly version: Pick<ObjectVersion, "key" | "versionId" | "isDeleteMarker" | "sizeBytes" | "etag">;
  readonly time: number;
}

const EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e";

export function createNotify(
  database: Database,
  outbox: Outbox,
  place: { readonly region: string; readonly accountId: string },
): Notify {
  return (bucket, { name, version, time }, origin) => {
    const rules = (bucket.notifications ?? []).filter((rule) => wants(rule, name, version.key));
    if (rules.length === 0) return;
    const sequence = nextNumber(database, "sequencer");
    const versionId = version.versionId === NULL_VERSION ? undefined : version.versionId;
    const occurrence = {
      name,
      time,
      bucket: bucket.name,
      key: version.key,
      versionId,
      sequence,
      ...contentOf(name, version),
    };
    for (const rule of rules) {
      const message = eventMessage(occurrence, origin, { ...place, ruleId: rule.id ?? rule.targetArn });
      outbox.add({ target: rule.targetArn, payload: JSON.stringify(message) });
    }
  };
}

/** What an event says about the bytes depends on whether there are any. */
function contentOf(name: string, version: Change["version"]) {
  if (name.startsWith("ObjectCreated:")) return { sizeBytes: version.sizeBytes, etag: version.etag };
  const etag = version.isDeleteMarker ? EMPTY_MD5 : undefined;
  return { sizeBytes: undefined, etag };
}

/** Whether a rule asks for this event of this key. */
export function wants(rule: NotificationRule, name: string, key: string): boolean {
  const isNamed = rule.events.some((event) => {
    const wanted = event.replace(/^s3:/, "");
    return wanted.endsWith(":*") ? name.startsWith(wanted.slice(0, -1)) : wanted === name;
  });
  return isNamed && key.startsWith(rule.prefix ?? "") && key.endsWith(rule.suffix ?? "");
}
