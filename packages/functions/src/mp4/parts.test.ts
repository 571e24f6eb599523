import { describe, expect, it } from "vitest";
import { createPartSink } from "./parts.ts";

const MB = 1024 * 1024;

/** What came of a file of so many bytes, and in which order its parts were sent. */
async function sent(fileBytes: number, headBytes: number, pieceBytes: number, expectedBytes = fileBytes) {
  const parts = new Map<number, Uint8Array>();
  const order: number[] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const send = async (number: number, bytes: Uint8Array) => {
    mostAtOnce = Math.max(mostAtOnce, ++atOnce);
    order.push(number);
    await new Promise(setImmediate);
    parts.set(number, bytes);
    atOnce--;
  };
  const sink = createPartSink(send, { fileBytes: expectedBytes, headBytes });
  const data = Buffer.alloc(fileBytes - headBytes, 1);
  for (let at = 0; at < data.length; at += pieceBytes) {
    data[at] = 2 + ((at / pieceBytes) % 200);
    await sink.write(data.subarray(at, at + pieceBytes));
  }
  const head = Buffer.alloc(headBytes, 255);
  await sink.finish(head);
  const whole = Buffer.concat([...parts].sort(([a], [b]) => a - b).map(([, bytes]) => bytes));
  return {
    isWhole: whole.equals(Buffer.concat([head, data])),
    order,
    mostAtOnce,
    sizes: [...parts].sort(([a], [b]) => a - b).map(([, { length }]) => length),
  };
}

describe("a file that is made in parts", () => {
  it("is whole, though its beginning comes last", async () => {
    const { isWhole, order, sizes } = await sent(70 * MB, 100_000, 700_000);
    expect(isWhole).toBe(true);
    expect(order.at(-1)).toBe(1);
    expect(order.toSorted((a, b) => a - b)).toEqual(order.map((_, index) => index + 1));
    // S3 takes none below 5 MB but the last.
    expect(sizes.slice(0, -1).every((bytes) => bytes >= 5 * MB)).toBe(true);
  });

  it.each([
    ["next to nothing", 1000, 500],
    ["a part to the byte", 16 * MB, 1000],
    ["a part and a byte", 16 * MB + 1, 1000],
  ])("may have %s", async (_what, fileBytes, headBytes) => {
    const { isWhole, sizes } = await sent(fileBytes, headBytes, 1 * MB);
    expect(isWhole).toBe(true);
    expect(sizes.length).toBeLessThanOrEqual(2);
  });

  it("has a head that is larger than a part usually is", async () => {
    const { isWhole, sizes } = await sent(60 * MB, 12 * MB, 2 * MB);
    expect(isWhole).toBe(true);
    expect(sizes[0]).toBeGreaterThanOrEqual(24 * MB);
  });

  it("has never more than 10,000 parts", async () => {
    // As for 9 TB, of which only the beginning comes.
    const { sizes } = await sent(40 * MB, 1000, 4 * MB, 9_000 * 18 * MB);
    expect(sizes[0]).toBeGreaterThanOrEqual(18 * MB);
  });

  it("is held in memory three parts at a time", async () => {
    expect((await sent(130 * MB, 1000, 1 * MB)).mostAtOnce).toBeLessThanOrEqual(3);
  });

  it("fails with the first part that cannot be sent", async () => {
    const send = (number: number) =>
      number === 2 ? Promise.reject(new Error("no room")) : Promise.resolve();
    const sink = createPartSink(send, { fileBytes: 80 * MB, headBytes: 10 });
    const writing = async () => {
      for (let count = 0; count < 8; count++) await sink.write(Buffer.alloc(10 * MB));
      await sink.finish(Buffer.alloc(10));
    };
    await expect(writing()).rejects.toThrow("no room");
  });
});
