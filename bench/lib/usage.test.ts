import { describe, expect, it } from "vitest";
import { readTimes } from "./usage.ts";

describe("what the shell says", () => {
  it.each([
    ["1.250 0.750 3.001\n", 2, 3.001],
    ["1,250 0,750 3,001\n", 2, 3.001],
  ])("of times, %j, is read whatever language it speaks", (text, cpuSeconds, wallSeconds) => {
    expect(readTimes(text)).toEqual({ cpuSeconds, wallSeconds });
  });

  it.each(["", "0.1 0.2", "bash: no such file"])("%j is no time", (text) => {
    expect(() => readTimes(text)).toThrow("did not say");
  });
});
