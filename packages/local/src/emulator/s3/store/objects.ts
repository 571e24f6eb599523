import { randomBytes } from "node:crypto";
import type { Database } from "../../../aws/database.ts";
import type { Attributes, Checksum, ObjectPart, ObjectVersion } from "../types.ts";
import type { VersionRow } from "./schema.ts";

export interface NewVersion {
  readonly bucket: string;
  readonly key: string;
  readonly content: number | undefined;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly modifiedAt: number;
  readonly attributes: Attributes;
  readonly checksum: Checksum | undefined;
  readonly parts: readonly ObjectPart[] | undefined;
}

export type Versioning = "Enabled" | "Suspended" | undefined;

/** The versions of objects. Everything that writes belongs in a transaction. */
export interface Objects {
  /** The latest version, which may be a delete marker. */
  latest(bucket: string, key: string): ObjectVersion | undefined;
  version(bucket: string, key: string, versionId: string): ObjectVersion | undefined;
  /** The objects from a key on, in order. */
  from(bucket: string, key: string): IterableIterator<ObjectVersion>;
  /** All versions and delete markers from a key on, the latest of a key first. */
  versionsFrom(bucket: string, key: string): IterableIterator<ObjectVersion>;
  /** Adds a version in front; without versioning it takes the place of the one before. */
  insert(version: NewVersion, versioning: Versioning): ObjectVersion;
  /** Removes a version for good; the one before becomes the latest. */
  remove(version: ObjectVersion): void;
  setTags(version: ObjectVersion, tags: Attributes["tags"]): void;
}

/** What a version is called where versioning is off. */
export const NULL_VERSION = "null";

/** @param drop is told about content that no version has any more. */
export function createObjects(database: Database, drop: (content: number) => void): Objects {
  const one = (sql: string, ...parameters: string[]) => {
    const row = database.query<VersionRow>(`SELECT * FROM version WHERE ${sql}`).get(...parameters);
    return row && toVersion(row);
  };
  const version: Objects["version"] = (bucket, key, versionId) =>
    one("bucket = ? AND key = ? AND version_id = ?", bucket, key, versionId);
  const latest: Objects["latest"] = (bucket, key) =>
    one("bucket = ? AND key = ? AND is_latest = 1", bucket, key);

  function* many(sql: string, bucket: string, key: string) {
    const query = database.query<VersionRow>(`SELECT * FROM version WHERE bucket = ? AND key >= ? ${sql}`);
    for (const row of query.iterate(bucket, key)) yield toVersion(row);
  }
  const erase = (old: ObjectVersion) => {
    database.query("DELETE FROM version WHERE id = ?").run(old.id);
    if (old.content !== undefined) drop(old.content);
  };
  return {
    latest,
    version,
    from: (bucket, key) => many("AND is_latest = 1 AND is_delete_marker = 0 ORDER BY key", bucket, key),
    versionsFrom: (bucket, key) => many("ORDER BY key, id DESC", bucket, key),
    insert(added, versioning) {
      const versionId = versioning === "Enabled" ? createVersionId() : NULL_VERSION;
      const replaced = version(added.bucket, added.key, versionId);
      if (replaced) erase(replaced);
      const demote = "UPDATE version SET is_latest = 0 WHERE bucket = ? AND key = ? AND is_latest = 1";
      database.query(demote).run(added.bucket, added.key);
      return insertRow(database, added, versionId);
    },
    remove(old) {
      erase(old);
      if (!old.isLatest) return;
      const promote = `UPDATE version SET is_latest = 1 WHERE id =
        (SELECT id FROM version WHERE bucket = ? AND key = ? ORDER BY id DESC LIMIT 1)`;
      database.query(promote).run(old.bucket, old.key);
    },
    setTags({ id, attributes }, tags) {
      database
        .query("UPDATE version SET attributes = ? WHERE id = ?")
        .run(JSON.stringify({ ...attributes, tags }), id);
    },
  };
}

function insertRow(database: Database, added: NewVersion, versionId: string): ObjectVersion {
  const sql = `INSERT INTO version (bucket, key, version_id, is_latest, is_delete_marker, content, size_bytes, etag,
    modified_at, attributes, checksum, parts) VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING *`;
  const row = database
    .query<VersionRow>(sql)
    .get(
      added.bucket,
      added.key,
      versionId,
      added.content === undefined ? 1 : 0,
      added.content ?? null,
      added.sizeBytes,
      added.etag,
      added.modifiedAt,
      JSON.stringify(added.attributes),
      toJson(added.checksum),
      toJson(added.parts),
    );
  if (!row) throw new Error(`The version of ${added.bucket}/${added.key} was not written.`);
  return toVersion(row);
}

export function toVersion(row: VersionRow): ObjectVersion {
  return {
    id: row.id,
    bucket: row.bucket,
    key: row.key,
    versionId: row.version_id,
    isLatest: row.is_latest === 1,
    isDeleteMarker: row.is_delete_marker === 1,
    content: row.content ?? undefined,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    modifiedAt: row.modified_at,
    attributes: JSON.parse(row.attributes) as Attributes,
    checksum: fromJson<Checksum>(row.checksum),
    parts: fromJson<ObjectPart[]>(row.parts),
  };
}

/** JSON for a column that may be empty. */
export function toJson(value: object | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the column's own writer decides the shape
export function fromJson<Value>(text: string | null): Value | undefined {
  return text === null ? undefined : (JSON.parse(text) as Value);
}

function createVersionId(): string {
  return randomBytes(24).toString("base64url");
}
