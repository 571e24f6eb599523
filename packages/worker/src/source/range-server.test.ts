import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Bucket, ObjectReplaced, type Range } from "../storage/bucket.ts";
import { serveSource } from "./range-server.ts";

/** Two blocks of 4 MiB and a bit of a third. */
const FILE = randomBytes(9 * 1024 ** 2);

async function served(openRange: (range: Range) => Promise<Readable> = whole, sizeBytes = FILE.length) {
  const asked: Range[] = [];
  const bucket: Bucket = {
    readText: () => Promise.reject(new Error("nobody reads texts")),
    write: () => Promise.reject(new Error("nobody writes")),
    openRange: (range) => {
      asked.push(range);
      return openRange(range);
    },
  };
  const source = { key: "source/x", etag: "tag", sizeBytes };
  const { signal } = new AbortController();
  const server = await serveSource(source, { bucket, signal, delaysMs: [0] });
  onTestFinished(() => server.close());
  const get = async (range?: string) => {
    const response = await fetch(server.url, range ? { headers: { range } } : {});
    return { response, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  return { server, asked, get };
}

const whole = ({ first, last }: Range) => Promise.resolve(Readable.from([FILE.subarray(first, last + 1)]));

describe("a source that is served", () => {
  it.each([
    [undefined, 0, FILE.length],
    ["bytes=0-", 0, FILE.length],
    ["bytes=5-9", 5, 10],
    // Over the border of two blocks.
    ["bytes=4194300-4194310", 4_194_300, 4_194_311],
    ["bytes=9437180-", 9_437_180, FILE.length],
    ["bytes=9437180-99999999", 9_437_180, FILE.length],
  ])("gives the bytes of %s", async (range, start, end) => {
    const { get } = await served();
    const { response, bytes } = await get(range);
    expect(response.status).toBe(206);
    expect(response.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/${FILE.length}`);
    expect(bytes.equals(FILE.subarray(start, end))).toBe(true);
  });

  it("has no other address, and nothing behind its end", async () => {
    const { server, get } = await served();
    expect((await fetch(new URL("/other", server.url))).status).toBe(404);
    expect((await get(`bytes=${FILE.length}-`)).response.status).toBe(416);
  });

  it("asks the bucket for each block once, and always for the object that was inspected", async () => {
    const { server, asked, get } = await served();
    for (const range of ["bytes=0-9", "bytes=100-109", "bytes=4194304-4194305"]) await get(range);
    expect(asked.map(({ first }) => first)).toEqual([0, 4_194_304]);
    expect(asked.every(({ etag }) => etag === "tag")).toBe(true);
    expect(server.bytesRead()).toBe(8 * 1024 ** 2);
  });

  it("asks again when the network fails", async () => {
    let failures = 1;
    const { server, get } = await served((range) =>
      failures-- > 0 ? Promise.reject(new Error("reset")) : whole(range),
    );
    expect((await get("bytes=0-3")).bytes.equals(FILE.subarray(0, 4))).toBe(true);
    server.throwIfFailed();
  });

  it("tells why it cannot be read, so that nobody blames who read it", async () => {
    const { server, get } = await served(() => Promise.reject(new ObjectReplaced("source/x")));
    await expect(get("bytes=0-3")).rejects.toThrow();
    expect(() => {
      server.throwIfFailed();
    }).toThrow(expect.objectContaining({ code: "source_replaced" }));
  });

  it("is fetched only a little ahead of its reader, who may hang up without that being a failure", async () => {
    const zeros = ({ first, last }: Range) =>
      Promise.resolve(Readable.from([Buffer.alloc(last + 1 - first)]));
    const { server, asked } = await served(zeros, 100 * 4 * 1024 ** 2);
    const hangUp = new AbortController();
    const response = await fetch(server.url, { signal: hangUp.signal });
    await response.body?.getReader().read();
    hangUp.abort();
    await server.close();
    expect(asked.length).toBeLessThan(10);
    server.throwIfFailed();
  });
});
