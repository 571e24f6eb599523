import { describe, expect, it } from "vitest";
import type { Figure } from "./bar.ts";
import { format, toJson, toText, verdictOf } from "./report.ts";

const circumstances = {
  machine: "2 x CPU",
  node: "v24",
  ffmpeg: "ffmpeg 5.1",
  at: "2026-11-28",
  runs: 3,
  clip: "film.mp4",
  clipSeconds: 30,
};
const figure = (value: number, goal?: Figure["goal"]): Figure => ({
  what: "CPU",
  value,
  unit: "ratio",
  ...(goal && { goal }),
});

describe("a goal", () => {
  it.each<[number, Figure["goal"], string | null]>([
    [0.7, { atMost: 0.7 }, "met"],
    [0.701, { atMost: 0.7 }, "missed"],
    [0.5, { atLeast: 0.5 }, "met"],
    [0.49, { atLeast: 0.5 }, "missed"],
    [0, undefined, null],
    [NaN, { atMost: 1 }, "missed"],
  ])("of %d against %j is %s", (value, goal, expected) => {
    expect(verdictOf(figure(value, goal))).toBe(expected);
  });
});

it.each<[number, Figure["unit"], string]>([
  [0.7162, "ratio", "0.716"],
  [0.0042, "ratio", "0.0042"],
  [0.0123, "share", "1.23 %"],
  [7.123, "ms", "7.12 ms"],
  [76.4, "ms", "76 ms"],
  [12_345, "per second", "12,300/s"],
  [1_000_000, "count", "1,000,000"],
])("%d as %s reads %s", (value, unit, expected) => {
  expect(format(value, unit)).toBe(expected);
});

const results = [
  {
    bar: { name: "separate", title: "Against one ffmpeg a rung" },
    seconds: 61.2,
    figures: [
      { ...figure(0.66, { atMost: 0.7 }), range: [0.65, 0.68] as const, note: "peers: 1" },
      figure(0.9, { atMost: 0.68 }),
      figure(2),
    ],
  },
];

it("the table tells each figure with its range, goal and verdict, and counts what was held to a goal", () => {
  const text = toText(results, circumstances);
  expect(text).toContain("Against one ffmpeg a rung (separate, 61 s)");
  expect(text).toMatch(/CPU +0\.660 +0\.650 … 0\.680 +≤ 0\.700 +met +peers: 1/);
  expect(text).toMatch(/CPU +0\.900 +≤ 0\.680 +MISSED/);
  expect(text).toContain("1 of 2 goals met.");
});

it("the JSON has the same, with a verdict for each figure, null where none is due", () => {
  const { bars, runs } = JSON.parse(toJson(results, circumstances)) as {
    runs: number;
    bars: { name: string; figures: { value: number; verdict: string | null }[] }[];
  };
  expect(runs).toBe(3);
  expect(bars[0]?.figures.map(({ value, verdict }) => [value, verdict])).toEqual([
    [0.66, "met"],
    [0.9, "missed"],
    [2, null],
  ]);
});
