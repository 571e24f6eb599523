/**
 * The index of all buckets. Keys are TEXT, which SQLite orders by its UTF-8 bytes, as S3 does.
 *
 * Content is a row of segments, each a range of an immutable file. So completing an upload and copying an object move no
 * bytes: they write rows that point at the same files.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS bucket (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL) STRICT;

  CREATE TABLE IF NOT EXISTS version (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    bucket TEXT NOT NULL, key TEXT NOT NULL, version_id TEXT NOT NULL,
    is_latest INTEGER NOT NULL, is_delete_marker INTEGER NOT NULL,
    content INTEGER, size_bytes INTEGER NOT NULL, etag TEXT NOT NULL, modified_at INTEGER NOT NULL,
    attributes TEXT NOT NULL, checksum TEXT, parts TEXT
  ) STRICT;
  CREATE UNIQUE INDEX IF NOT EXISTS version_by_id ON version (bucket, key, version_id);
  CREATE UNIQUE INDEX IF NOT EXISTS version_latest ON version (bucket, key) WHERE is_latest = 1;
  CREATE INDEX IF NOT EXISTS version_order ON version (bucket, key, id DESC);

  CREATE TABLE IF NOT EXISTS upload (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key TEXT NOT NULL, started_at INTEGER NOT NULL,
    attributes TEXT NOT NULL, checksum TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS upload_by_key ON upload (bucket, key, id);

  CREATE TABLE IF NOT EXISTS part (
    upload TEXT NOT NULL, number INTEGER NOT NULL, content INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
    etag TEXT NOT NULL, modified_at INTEGER NOT NULL, checksum TEXT,
    PRIMARY KEY (upload, number)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS segment (
    content INTEGER NOT NULL, start INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
    blob TEXT NOT NULL, blob_start INTEGER NOT NULL,
    PRIMARY KEY (content, start)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS segment_by_blob ON segment (blob);

  CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;`;

/** The columns of `version`. */
export interface VersionRow {
  readonly id: number;
  readonly bucket: string;
  readonly key: string;
  readonly version_id: string;
  readonly is_latest: number;
  readonly is_delete_marker: number;
  readonly content: number | null;
  readonly size_bytes: number;
  readonly etag: string;
  readonly modified_at: number;
  readonly attributes: string;
  readonly checksum: string | null;
  readonly parts: string | null;
}
