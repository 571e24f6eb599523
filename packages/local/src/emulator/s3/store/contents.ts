import { Readable } from "node:stream";
import type { Database } from "../../../aws/database.ts";
import type { Segment } from "../types.ts";
import type { Blobs } from "./blobs.ts";
import { nextNumber } from "./counter.ts";

/** Which bytes make up an object or a part: rows of segments over immutable files. */
export interface Contents {
  /** Writes bytes down. They belong to nothing until {@link add} is called with them. */
  store(source: AsyncIterable<Buffer>): Promise<readonly Segment[]>;
  /** Lists segments as one content and returns its number. In a transaction. */
  add(segments: readonly Segment[]): number;
  /** Makes one content of several, in order, and drops those. In a transaction. */
  join(contents: readonly number[]): number;
  /** Forgets a content. In a transaction; call {@link collect} after the commit. */
  readonly drop: (content: number) => void;
  /** Gives up segments that were stored and never added. */
  discard(segments: readonly Segment[]): void;
  /** The segments of a range. */
  segments(content: number, start: number, sizeBytes: number): Segment[];
  /** Streams segments; their files stay until the stream is closed. */
  read(segments: readonly Segment[]): Readable;
  /** Keeps the files of segments until the returned function is called, even when nothing points at them any more. */
  hold(segments: readonly Segment[]): () => void;
  /** Removes the files that nothing points at any more. */
  collect(): void;
  /** Removes files that a crash left behind. Before anything is stored. */
  sweep(): Promise<void>;
}

interface SegmentRow {
  readonly start: number;
  readonly size_bytes: number;
  readonly blob: string;
  readonly blob_start: number;
}

export function createContents(
  database: Database,
  blobs: Blobs,
  onError: (error: unknown) => void,
): Contents {
  const suspects = new Set<string>();
  const readers = new Map<string, number>();
  const isReferenced = (blob: string) =>
    database.query("SELECT 1 FROM segment WHERE blob = ? LIMIT 1").get(blob) !== undefined;

  const collect = () => {
    for (const blob of suspects) {
      if (readers.has(blob)) continue;
      suspects.delete(blob);
      if (!isReferenced(blob)) blobs.remove(blob).catch(onError);
    }
  };
  const hold = (segments: readonly Segment[]) => {
    for (const { blob } of segments) readers.set(blob, (readers.get(blob) ?? 0) + 1);
    return () => {
      release(segments);
    };
  };
  const release = (segments: readonly Segment[]) => {
    for (const { blob } of segments) {
      const left = (readers.get(blob) ?? 1) - 1;
      if (left === 0) readers.delete(blob);
      else readers.set(blob, left);
    }
    if (suspects.size > 0) collect();
  };
  return {
    ...createRows(database, suspects),
    async store(source) {
      const segment = await blobs.write(source);
      if (segment.sizeBytes > 0) return [segment];
      await blobs.remove(segment.blob);
      return [];
    },
    discard(segments) {
      for (const { blob } of segments) suspects.add(blob);
      collect();
    },
    read(segments) {
      const letGo = hold(segments);
      return Readable.from(concatenate(blobs, segments), { objectMode: false }).once("close", letGo);
    },
    hold,
    collect,
    async sweep() {
      for (const blob of await blobs.all()) if (!isReferenced(blob)) await blobs.remove(blob);
    },
  };
}

async function* concatenate(blobs: Blobs, segments: readonly Segment[]): AsyncGenerator<Buffer> {
  for (const segment of segments) yield* blobs.read(segment);
}

function createRows(
  database: Database,
  suspects: Set<string>,
): Pick<Contents, "add" | "join" | "drop" | "segments"> {
  const insert = (content: number, start: number, segment: Segment) => {
    const sql = "INSERT INTO segment (content, start, size_bytes, blob, blob_start) VALUES (?, ?, ?, ?, ?)";
    database.query(sql).run(content, start, segment.sizeBytes, segment.blob, segment.blobStart);
    return start + segment.sizeBytes;
  };
  const all = (content: number) =>
    database.query<SegmentRow>("SELECT * FROM segment WHERE content = ? ORDER BY start").all(content);
  const add = (segments: readonly Segment[]) => {
    const content = nextNumber(database, "content");
    segments.reduce((start, segment) => insert(content, start, segment), 0);
    return content;
  };
  const remove = (content: number) => database.query("DELETE FROM segment WHERE content = ?").run(content);
  return {
    add,
    join(contents) {
      const segments = contents.flatMap((content) => all(content).map(fromRow));
      contents.forEach(remove);
      return add(segments);
    },
    drop(content) {
      for (const { blob } of all(content)) suspects.add(blob);
      remove(content);
    },
    segments(content, start, sizeBytes) {
      // The segment that holds the first byte may begin before it.
      const sql = `SELECT * FROM segment WHERE content = ?1 AND start < ?2 + ?3 AND start >= coalesce(
        (SELECT max(start) FROM segment WHERE content = ?1 AND start <= ?2), 0) ORDER BY start`;
      return database
        .query<SegmentRow>(sql)
        .all(content, start, sizeBytes)
        .map((row) => cut(row, start, start + sizeBytes));
    },
  };
}

/** What of a segment lies within a range of the content. */
function cut(row: SegmentRow, start: number, end: number): Segment {
  const from = Math.max(row.start, start);
  const to = Math.min(row.start + row.size_bytes, end);
  return { blob: row.blob, blobStart: row.blob_start + from - row.start, sizeBytes: to - from };
}

function fromRow(row: SegmentRow): Segment {
  return { blob: row.blob, blobStart: row.blob_start, sizeBytes: row.size_bytes };
}
