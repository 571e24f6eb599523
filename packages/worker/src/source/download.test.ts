import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Bucket, ObjectMissing, ObjectReplaced, type Range } from "../storage/bucket.ts";
import { downloadSource } from "./download.ts";

const MIB = 1024 ** 2;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "download-test-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A bucket with one object, whose answers can be spoiled. */
function bucketOf(
  content: Buffer,
  spoil: (range: Range, body: Buffer) => Readable = (_, body) => Readable.from([body]),
) {
  const ranges: string[] = [];
  const bucket: Bucket = {
    openRange: async (range) => {
      ranges.push(`${range.first}-${range.last}`);
      return spoil(range, content.subarray(range.first, range.last + 1));
    },
    readText: () => Promise.reject(new Error("not used")),
    write: () => Promise.reject(new Error("not used")),
  };
  return { bucket, ranges };
}

function download(
  content: Buffer,
  bucket: Bucket,
  options: { signal?: AbortSignal; onProgress?: (share: number) => void } = {},
) {
  const source = { key: "source/x", etag: "e", sizeBytes: content.length };
  const signal = options.signal ?? new AbortController().signal;
  return downloadSource(source, join(folder, "source"), { bucket, delaysMs: [0, 0], ...options, signal });
}

const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

describe("a source", () => {
  it("arrives in parts, whole and in place", async () => {
    const content = randomBytes(40 * MIB + 123);
    const { bucket, ranges } = bucketOf(content);
    const shares: number[] = [];
    await download(content, bucket, { onProgress: (share) => shares.push(share) });
    expect(hash(await readFile(join(folder, "source")))).toBe(hash(content));
    expect(ranges).toEqual([
      `0-${16 * MIB - 1}`,
      `${16 * MIB}-${32 * MIB - 1}`,
      `${32 * MIB}-${40 * MIB + 122}`,
    ]);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
  });

  it("of a single byte arrives, too", async () => {
    const content = Buffer.from("x");
    await download(content, bucketOf(content).bucket);
    expect(await readFile(join(folder, "source"), "utf8")).toBe("x");
  });

  it("survives a connection that breaks in the middle, and one that ends early", async () => {
    const content = randomBytes(2 * MIB);
    let tries = 0;
    const spoil = (_: Range, body: Buffer) => {
      tries += 1;
      if (tries === 1) return Readable.from(broken(body.subarray(0, MIB)));
      return Readable.from([tries === 2 ? body.subarray(0, MIB) : body]);
    };
    await download(content, bucketOf(content, spoil).bucket);
    expect(tries).toBe(3);
    expect(hash(await readFile(join(folder, "source")))).toBe(hash(content));
  });

  it("that never arrives whole is the network's failure, not the source's", async () => {
    const content = randomBytes(1000);
    const { bucket, ranges } = bucketOf(content, (_, body) => Readable.from([body.subarray(0, 10)]));
    await expect(download(content, bucket)).rejects.toThrow("A part of 1000 bytes came as 10.");
    expect(ranges).toHaveLength(3);
  });

  it.each([
    ["is gone", new ObjectMissing("gone"), "source_missing"],
    ["is another one now", new ObjectReplaced("other"), "source_replaced"],
  ])("that %s is rejected at once", async (_name, failure, code) => {
    const content = randomBytes(100);
    const { bucket, ranges } = bucketOf(content, () => {
      throw failure;
    });
    await expect(download(content, bucket)).rejects.toMatchObject({ name: "Rejection", code });
    expect(ranges).toHaveLength(1);
  });

  it("is not waited for when the task is asked to stop", async () => {
    const content = randomBytes(100);
    const controller = new AbortController();
    const { bucket } = bucketOf(content, () => {
      setImmediate(() => {
        controller.abort(new Error("asked to stop"));
      });
      return new Readable({ read: () => undefined }); // never says anything
    });
    await expect(download(content, bucket, { signal: controller.signal })).rejects.toThrow("asked to stop");
  });

  it("larger than the disk is refused before anything is fetched", async () => {
    const { bucket, ranges } = bucketOf(Buffer.alloc(0));
    const source = { key: "source/x", etag: "e", sizeBytes: 2 ** 50 };
    const attempt = downloadSource(source, join(folder, "source"), {
      bucket,
      signal: new AbortController().signal,
    });
    await expect(attempt).rejects.toMatchObject({
      code: "processing_failed",
      message: expect.stringMatching(/needs \d+ MB/) as string,
    });
    expect(ranges).toEqual([]);
  });
});

async function* broken(begin: Buffer): AsyncGenerator<Buffer> {
  yield begin;
  await Promise.reject(new Error("connection reset"));
}
