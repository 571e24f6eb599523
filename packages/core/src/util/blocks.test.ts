import { describe, expect, it } from "vitest";
import { keepBlocks } from "./blocks.ts";

describe("blocks", () => {
  it("are fetched once while they are kept, and the ones used last are kept", async () => {
    const fetched: number[] = [];
    const block = keepBlocks((number) => Promise.resolve(fetched.push(number)), 2);
    for (const number of [0, 1, 0, 2, 0, 1]) await block(number);
    // 2 drove 1 out, since 0 was used after it; and 1 came back.
    expect(fetched).toEqual([0, 1, 2, 1]);
  });

  it("that are asked for twice at once are fetched once", async () => {
    let fetches = 0;
    const block = keepBlocks(() => Promise.resolve((fetches += 1)), 4);
    expect(await Promise.all([block(7), block(7), block(7)])).toEqual([1, 1, 1]);
  });

  it("that did not come are asked for again, and only whoever waits is told", async () => {
    const answers = [Promise.reject(new Error("away")), Promise.resolve("there")];
    const block = keepBlocks(() => answers.shift() ?? Promise.resolve("?"), 4);
    await expect(block(0)).rejects.toThrow("away");
    expect(await block(0)).toBe("there");
  });
});
