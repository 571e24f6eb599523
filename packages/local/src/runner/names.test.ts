import { expect, it } from "vitest";
import { createNames } from "./names.ts";

it("replaces known origins in strings at any depth, and nothing else", () => {
  const names = createNames();
  names.add("https://d111.cloudfront.net", "http://localhost:3000");
  expect(
    names.localize({
      url: "https://d111.cloudfront.net/a?b",
      list: ["see https://d111.cloudfront.net", 1, null],
      other: "https://d222.cloudfront.net",
      host: "d111.cloudfront.net",
    }),
  ).toEqual({
    url: "http://localhost:3000/a?b",
    list: ["see http://localhost:3000", 1, null],
    other: "https://d222.cloudfront.net",
    host: "d111.cloudfront.net",
  });
  expect(names.originOf("d111.cloudfront.net")).toBe("http://localhost:3000");
  expect(names.originOf("d222.cloudfront.net")).toBeUndefined();
});
