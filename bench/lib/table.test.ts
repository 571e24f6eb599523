import { expect, it } from "vitest";
import { formatTable } from "./table.ts";

it("columns are as wide as their widest cell, and numbers stand under one another", () => {
  const table = formatTable(
    [{ heading: "what" }, { heading: "µs", align: "right" }, { heading: "verdict" }],
    [
      ["CPU of a request", "7.5", "met"],
      ["wall", "120.0", ""],
    ],
  );
  expect(table.split("\n")).toEqual([
    "what                 µs  verdict",
    "────────────────  ─────  ───────",
    "CPU of a request    7.5  met",
    "wall              120.0",
  ]);
});

it("a table without rows still has its headings", () => {
  expect(formatTable([{ heading: "a" }], [])).toBe("a\n─");
});
