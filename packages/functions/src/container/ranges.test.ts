import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRanges, TooMuchRead } from "./ranges.ts";

const KIB = 1024;
const MIB = 1024 * KIB;
const GENEROUS = { maxBytes: 64 * MIB, maxRequests: 1000 };

/** A file whose bytes say where they are, and the requests that came for it. */
function file(sizeBytes: number, limits = GENEROUS) {
  const content = Buffer.alloc(sizeBytes, Buffer.from(Array.from({ length: 251 }, (_, index) => index)));
  const requests: [start: number, end: number][] = [];
  const ranges = createRanges(
    sizeBytes,
    async (start, end) => {
      requests.push([start, end]);
      return content.subarray(start, end);
    },
    limits,
  );
  return { ranges, requests, content };
}

describe("ranges", () => {
  it("are the bytes of the file, and no byte is fetched twice, whatever is read", async () => {
    const sizeBytes = 3 * MIB + 12_345;
    const reads = fc.array(
      fc.tuple(fc.nat(sizeBytes - 1), fc.integer({ min: 1, max: 700_000 })).map(([start, length]) => ({
        start,
        end: Math.min(start + length, sizeBytes),
      })),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(reads, fc.boolean(), async (all, atOnce) => {
        const { ranges, requests, content } = file(sizeBytes);
        const read = async ({ start, end }: { start: number; end: number }) => {
          expect(Buffer.compare(await ranges.read(start, end), content.subarray(start, end))).toBe(0);
        };
        if (atOnce) await Promise.all(all.map(read));
        else for (const one of all) await read(one);
        const sorted = requests.sort(([a], [b]) => a - b);
        for (const [index, [start]] of sorted.entries())
          expect(start).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0);
      }),
      { numRuns: 30 },
    );
  });

  it("that lie together come in one request, and large ones in parts of 8 MiB", async () => {
    const { ranges, requests } = file(40 * MIB);
    await ranges.read(100, 200);
    await ranges.read(300, 1000);
    expect(requests).toEqual([[0, 256 * KIB]]);
    await ranges.read(0, 20 * MIB);
    expect(requests.slice(1)).toEqual([
      [256 * KIB, 256 * KIB + 8 * MIB],
      [256 * KIB + 8 * MIB, 256 * KIB + 16 * MIB],
      [256 * KIB + 16 * MIB, 20 * MIB],
    ]);
  });

  it("end with the file", async () => {
    const { ranges, requests } = file(1000);
    expect(await ranges.read(990, 1000)).toHaveLength(10);
    expect(requests).toEqual([[0, 1000]]);
    await expect(ranges.read(990, 1001)).rejects.toThrow(RangeError);
    await expect(ranges.read(10, 10)).rejects.toThrow(RangeError);
    await expect(ranges.read(NaN, 10)).rejects.toThrow(RangeError);
  });

  it("are refused beyond so many bytes, at once and in all", async () => {
    const { ranges, requests } = file(40 * MIB, { maxBytes: MIB, maxRequests: 1000 });
    await expect(ranges.read(0, 2 * MIB)).rejects.toThrow(TooMuchRead);
    expect(requests).toEqual([]);
    await ranges.read(0, 700 * KIB);
    await expect(ranges.read(10 * MIB, 10 * MIB + 700 * KIB)).rejects.toThrow(TooMuchRead);
  });

  it("are refused beyond so many requests", async () => {
    const { ranges } = file(40 * MIB, { maxBytes: 40 * MIB, maxRequests: 3 });
    for (const start of [0, 10 * MIB, 20 * MIB]) await ranges.read(start, start + 1);
    await expect(ranges.read(30 * MIB, 30 * MIB + 1)).rejects.toThrow(TooMuchRead);
    expect(await ranges.read(10 * MIB, 10 * MIB + 2)).toHaveLength(2); // which is known
  });

  it("reject with what fetching them rejects with", async () => {
    const ranges = createRanges(1000, () => Promise.reject(new Error("The bucket is away.")), GENEROUS);
    await expect(ranges.read(0, 10)).rejects.toThrow("The bucket is away.");
  });
});
