import { randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Segment } from "../types.ts";

/** Immutable files with made-up names: no key ever becomes a path. */
export interface Blobs {
  /** Writes a file that is on the disk when this resolves. Leaves nothing when the source fails. */
  write(source: AsyncIterable<Buffer>): Promise<Segment>;
  /** The bytes of a range of a file. */
  read(segment: Segment): AsyncIterable<Buffer>;
  remove(blob: string): Promise<void>;
  all(): Promise<string[]>;
}

const WRITE_BUFFER_BYTES = 1024 * 1024;
const READ_BUFFER_BYTES = 256 * 1024;

export function createBlobs(folder: string): Blobs {
  const pathOf = (blob: string) => join(folder, blob.slice(0, 2), blob);
  return {
    async write(source) {
      const blob = randomUUID();
      const path = pathOf(blob);
      await mkdir(join(folder, blob.slice(0, 2)), { recursive: true, mode: 0o700 });
      const file = createWriteStream(path, {
        flags: "wx",
        mode: 0o600,
        flush: true,
        highWaterMark: WRITE_BUFFER_BYTES,
      });
      try {
        await pipeline(source, file);
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
      return { blob, blobStart: 0, sizeBytes: file.bytesWritten };
    },
    read({ blob, blobStart, sizeBytes }) {
      const end = blobStart + sizeBytes - 1;
      return createReadStream(pathOf(blob), { start: blobStart, end, highWaterMark: READ_BUFFER_BYTES });
    },
    remove: (blob) => rm(pathOf(blob), { force: true }),
    async all() {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const folders = await readdir(folder);
      return (await Promise.all(folders.map((name) => readdir(join(folder, name))))).flat();
    },
  };
}
