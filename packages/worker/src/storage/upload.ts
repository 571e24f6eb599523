import { open } from "node:fs/promises";
import { extname, join } from "node:path";
import { OUTPUT_FOLDER } from "../ffmpeg/plan.ts";
import { inParallel } from "../parallel.ts";
import { retry } from "../retry.ts";
import { type Bucket, isPassing, PATIENCE_MS } from "./bucket.ts";

const FILES_AT_ONCE = 8;

/** An attempt's folder is never written twice with other bytes. */
const CACHE_CONTROL = "public, max-age=31536000, immutable";

const TYPES: Readonly<Record<string, string>> = {
  ".mp4": "video/mp4",
  ".m4s": "video/mp4",
  ".jpg": "image/jpeg",
  ".vtt": "text/vtt; charset=utf-8",
};

/** An object to be, and the files of the output folder that it is put together from, one behind the other. */
export interface UploadFile {
  readonly key: string;
  readonly sizeBytes: number;
  readonly files: readonly string[];
}

export interface UploadOptions {
  readonly bucket: Bucket;
  readonly folder: string;
  /** Ends with `/`. */
  readonly prefix: string;
  readonly signal: AbortSignal;
  readonly onProgress?: (share: number) => void;
  readonly onRetry?: (error: unknown) => void;
  readonly delaysMs?: readonly number[];
}

/** Stores files of the output folder below the prefix, several at once. An object exists whole or not at all. */
export async function uploadFiles(files: readonly UploadFile[], options: UploadOptions): Promise<void> {
  const total = files.reduce((bytes, { sizeBytes }) => bytes + sizeBytes, 0);
  let done = 0;
  const folder = join(options.folder, OUTPUT_FOLDER);
  const upload = async (file: UploadFile, signal: AbortSignal) => {
    const { key, sizeBytes } = file;
    const body = await readTogether(file, folder);
    const headers = { contentType: contentTypeOf(key), cacheControl: CACHE_CONTROL };
    await retry(() => options.bucket.write(`${options.prefix}${key}`, body, headers, signal), {
      delaysMs: options.delaysMs ?? PATIENCE_MS,
      isRetryable: isPassing,
      signal,
      ...(options.onRetry && { onRetry: options.onRetry }),
    });
    done += sizeBytes;
    options.onProgress?.(done / total);
  };
  await inParallel(files, FILES_AT_ONCE, options.signal, upload);
}

/** The bytes of an object to be, in one piece of memory. Throws when its files are not what they were measured to be. */
async function readTogether({ key, sizeBytes, files }: UploadFile, folder: string): Promise<Buffer> {
  const body = Buffer.allocUnsafeSlow(sizeBytes);
  let length = 0;
  for (const file of files) {
    await using handle = await open(join(folder, file));
    const { bytesRead } = await handle.read(body, length, sizeBytes - length);
    const { size } = await handle.stat();
    if (bytesRead !== size) throw new Error(`${file} has changed since it was measured.`);
    length += size;
  }
  if (length !== sizeBytes) throw new Error(`${key} has ${length} bytes instead of ${sizeBytes}.`);
  return body;
}

function contentTypeOf(key: string): string {
  if (/^audio(-\d+)?\//.test(key)) return "audio/mp4";
  return TYPES[extname(key)] ?? "application/octet-stream";
}
