import { describe, expect, test } from "vitest";
import { evaluateTemplate } from "./template.ts";

const value = (source: string) =>
  evaluateTemplate(`{% ${source} %}`, "Output", { states: { input: null, context: {} }, variables: {} });

describe("$partition", () => {
  test.each([
    ["$partition([1,2,3,4,5], 2)", [[1, 2], [3, 4], [5]]],
    ["$partition([7], 1)", [[7]]],
    ["$partition([7], 3)", [[7]]],
    ["$partition([], 3)", []],
  ])("%s", async (source, expected) => {
    expect(await value(source)).toEqual(expected);
  });

  test("needs a size of at least 1", async () => {
    await expect(value("$partition([1], 0)")).rejects.toThrow("at least 1");
  });
});

describe("$range", () => {
  test.each([
    ["$range(2, 11, 3)", [2, 5, 8, 11]],
    ["$range(2, 10, 3)", [2, 5, 8]],
    ["$range(3, 1, -1)", [3, 2, 1]],
  ])("%s includes its end where the step lands on it", async (source, expected) => {
    expect(await value(source)).toEqual(expected);
  });

  test("one element stands for itself, as in every JSONata sequence", async () => {
    expect(await value("$range(5, 6, 9)")).toBe(5);
  });

  test("a step of 0 and a million elements are refused", async () => {
    await expect(value("$range(1, 2, 0)")).rejects.toThrow("other than 0");
    await expect(value("$range(1, 9000000, 1)")).rejects.toThrow("the limit is");
  });
});

describe("$hash", () => {
  // Computed with coreutils' md5sum and the like.
  test.each([
    ["MD5", "acbd18db4cc2f85cedef654fccc4a4d8"],
    ["SHA-1", "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33"],
    ["SHA-256", "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"],
  ])("%s of foo", async (algorithm, hex) => {
    expect(await value(`$hash('foo', '${algorithm}')`)).toBe(hex);
  });

  test("names the algorithms it knows", async () => {
    await expect(value("$hash('foo', 'CRC')")).rejects.toThrow("SHA-512");
  });
});

describe("the others", () => {
  test("$random is java.util.Random's next double for a seed, and any without", async () => {
    expect(await value("$random(42)")).toBe(0.7275636800328681);
    expect(await value("$random() != $random()")).toBe(true);
  });

  test("$uuid is new every time", async () => {
    expect(await value("$uuid()")).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
  });

  test("$parse reads JSON of any kind", async () => {
    expect(await value(`$parse('{"a": [1, null]}').a`)).toEqual([1, null]);
    expect(await value("$parse('-0')")).toBe(0);
    await expect(value("$parse('{')")).rejects.toThrow("threw an error during evaluation: ");
  });

  test("AWS has no $eval", async () => {
    await expect(value("$eval('1')")).rejects.toThrow("T1006");
  });
});
