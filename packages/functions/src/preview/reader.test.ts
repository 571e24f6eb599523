import { describe, expect, it } from "vitest";
import { createReader } from "./reader.ts";

const MIB = 1024 * 1024;

/** A file in which a byte tells in which megabyte it is, and what was asked of it. */
function file(sizeBytes: number) {
  const asked: [start: number, end: number][] = [];
  const expected = (start: number, end: number) => {
    const bytes = Buffer.alloc(end - start);
    for (let at = start; at < end; at = (Math.floor(at / MIB) + 1) * MIB)
      bytes.fill(Math.floor(at / MIB) + 1, at - start);
    return bytes;
  };
  const fetch = async (start: number, end: number) => {
    asked.push([start, end]);
    return expected(start, end);
  };
  return { asked, expected, reader: createReader(sizeBytes, fetch) };
}

describe("a reader of a large file", () => {
  it("gives the bytes that were asked for, across blocks and at the end", async () => {
    const { reader, expected } = file(9 * MIB + 5);
    for (const [start, end] of [
      [0, 1],
      [4 * MIB - 3, 4 * MIB + 3],
      [3 * MIB, 9 * MIB + 5],
      [9 * MIB, 9 * MIB + 5],
    ] as const)
      expect(Buffer.from(await reader.read(start, end)).equals(expected(start, end))).toBe(true);
  });

  it("asks for each block once when it is read from the beginning to the end, and ahead of what is needed", async () => {
    const { reader, asked } = file(20 * MIB);
    await reader.read(0, 10);
    expect(asked).toHaveLength(3);
    for (let start = 0; start < 20 * MIB; start += MIB / 2) await reader.read(start, start + MIB / 2);
    expect(asked).toEqual([0, 4, 8, 12, 16].map((start) => [start * MIB, (start + 4) * MIB]));
  });

  it("keeps no more than 48 MiB", async () => {
    const { reader, asked } = file(80 * MIB);
    for (let start = 0; start < 80 * MIB; start += 4 * MIB) await reader.read(start, start + 1);
    const before = asked.length;
    await reader.read(76 * MIB, 76 * MIB + 1);
    expect(asked).toHaveLength(before);
    await reader.read(0, 1);
    expect(asked.length).toBeGreaterThan(before);
  });

  it("asks again for a block that could not be had", async () => {
    let fails = true;
    const reader = createReader(10, async () => {
      if (fails) throw new Error("away");
      return new Uint8Array(10);
    });
    await expect(reader.read(0, 10)).rejects.toThrow("away");
    fails = false;
    expect(await reader.read(0, 10)).toHaveLength(10);
  });

  it("refuses bytes that are not there", async () => {
    await expect(file(10).reader.read(5, 11)).rejects.toThrow(RangeError);
  });
});
