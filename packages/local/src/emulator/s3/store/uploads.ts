import { randomBytes } from "node:crypto";
import type { Database } from "../../../aws/database.ts";
import type { Attributes, Checksum, ChecksumAlgorithm } from "../types.ts";
import { fromJson, toJson } from "./objects.ts";

/** An upload in parts that is under way. */
export interface Upload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly startedAt: number;
  readonly attributes: Attributes;
  /** What the client said it will check the parts with. */
  readonly checksum: UploadChecksum | undefined;
}

export interface UploadChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: Checksum["type"];
}

export interface Part {
  readonly number: number;
  readonly content: number;
  readonly sizeBytes: number;
  /** MD5 in hex. */
  readonly etag: string;
  readonly modifiedAt: number;
  readonly checksum: Checksum | undefined;
}

/** Uploads and their parts. Everything that writes belongs in a transaction. */
export interface Uploads {
  create(upload: Omit<Upload, "id">): Upload;
  find(bucket: string, key: string, id: string): Upload | undefined;
  /** Adds a part, in place of one of the same number. */
  putPart(upload: Upload, part: Part): void;
  /** Parts above a number, in order. */
  parts(upload: Upload, afterNumber: number, limit: number): Part[];
  /** Forgets the upload; its parts' content is not touched. */
  remove(upload: Upload): void;
  /** Uploads from a key on, in the order of key and id. */
  from(bucket: string, key: string): IterableIterator<Upload>;
  /** Uploads that began before a moment. */
  startedBefore(bucket: string, prefix: string, time: number): Upload[];
}

interface UploadRow {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly started_at: number;
  readonly attributes: string;
  readonly checksum: string | null;
}

interface PartRow {
  readonly number: number;
  readonly content: number;
  readonly size_bytes: number;
  readonly etag: string;
  readonly modified_at: number;
  readonly checksum: string | null;
}

/** @param drop is told about content that no part has any more. */
export function createUploads(database: Database, drop: (content: number) => void): Uploads {
  return {
    create(added) {
      const upload = { ...added, id: randomBytes(32).toString("base64url") };
      const sql =
        "INSERT INTO upload (id, bucket, key, started_at, attributes, checksum) VALUES (?, ?, ?, ?, ?, ?)";
      const { id, bucket, key, startedAt, attributes, checksum } = upload;
      database.query(sql).run(id, bucket, key, startedAt, JSON.stringify(attributes), toJson(checksum));
      return upload;
    },
    find(bucket, key, id) {
      const sql = "SELECT * FROM upload WHERE id = ? AND bucket = ? AND key = ?";
      const row = database.query<UploadRow>(sql).get(id, bucket, key);
      return row && toUpload(row);
    },
    putPart(upload, part) {
      const old = database
        .query<PartRow>("SELECT * FROM part WHERE upload = ? AND number = ?")
        .get(upload.id, part.number);
      if (old) drop(old.content);
      const sql = `INSERT OR REPLACE INTO part (upload, number, content, size_bytes, etag, modified_at, checksum)
        VALUES (?, ?, ?, ?, ?, ?, ?)`;
      const { number, content, sizeBytes, etag, modifiedAt, checksum } = part;
      database.query(sql).run(upload.id, number, content, sizeBytes, etag, modifiedAt, toJson(checksum));
    },
    parts(upload, afterNumber, limit) {
      const sql = "SELECT * FROM part WHERE upload = ? AND number > ? ORDER BY number LIMIT ?";
      return database.query<PartRow>(sql).all(upload.id, afterNumber, limit).map(toPart);
    },
    remove({ id }) {
      database.query("DELETE FROM part WHERE upload = ?").run(id);
      database.query("DELETE FROM upload WHERE id = ?").run(id);
    },
    *from(bucket, key) {
      const sql = "SELECT * FROM upload WHERE bucket = ? AND key >= ? ORDER BY key, id";
      for (const row of database.query<UploadRow>(sql).iterate(bucket, key)) yield toUpload(row);
    },
    startedBefore(bucket, prefix, time) {
      const sql = "SELECT * FROM upload WHERE bucket = ? AND started_at < ? ORDER BY key, id";
      const rows = database.query<UploadRow>(sql).all(bucket, time);
      return rows.filter((row) => row.key.startsWith(prefix)).map(toUpload);
    },
  };
}

function toUpload(row: UploadRow): Upload {
  const { id, bucket, key, started_at: startedAt } = row;
  const attributes = JSON.parse(row.attributes) as Attributes;
  return { id, bucket, key, startedAt, attributes, checksum: fromJson<UploadChecksum>(row.checksum) };
}

function toPart(row: PartRow): Part {
  return {
    number: row.number,
    content: row.content,
    sizeBytes: row.size_bytes,
    etag: row.etag,
    modifiedAt: row.modified_at,
    checksum: fromJson<Checksum>(row.checksum),
  };
}
