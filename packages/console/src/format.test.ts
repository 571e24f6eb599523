import { describe, expect, it } from "vitest";
import {
  ago,
  bitRate,
  clock,
  dimensions,
  frameRate,
  length,
  percent,
  size,
  speed,
  timeLeft,
} from "./format.ts";

describe("a position", () => {
  it.each([
    [0, "0:00"],
    [7.9, "0:07"],
    [754, "12:34"],
    [3723, "1:02:03"],
    [Number.NaN, "0:00"],
    [Number.POSITIVE_INFINITY, "0:00"],
  ])("of %d seconds reads %s", (seconds, text) => {
    expect(clock(seconds)).toBe(text);
  });

  it("shows no video as zero long", () => {
    expect(length(0.2)).toBe("0:01");
    expect(length(59.96)).toBe("1:00");
  });
});

describe("a size", () => {
  it.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [12_400_000, "12.4 MB"],
    [184_000_000, "184 MB"],
    [50_000_000_000, "50.0 GB"],
    [9_000_000_000_000_000, "9000 TB"],
  ])("of %d bytes reads %s", (bytes, text) => {
    expect(size(bytes)).toBe(text);
  });
});

describe("progress", () => {
  it("says 100% only of what is finished", () => {
    expect([0, 0.004, 0.999, 1].map(percent)).toEqual(["0%", "0%", "99%", "100%"]);
  });

  it("stays between nothing and everything whatever the API says", () => {
    expect([-0.2, 1.2].map(percent)).toEqual(["0%", "100%"]);
  });

  it("tells the time that is left as coarsely as it is known", () => {
    expect([0, 8.2, 130, 5400].map(timeLeft)).toEqual([
      "1 s left",
      "9 s left",
      "about 2 min left",
      "about 1.5 h left",
    ]);
  });
});

describe("an age", () => {
  const now = Date.parse("2026-11-24T12:00:00Z");
  it.each([
    ["2026-11-24T11:59:30Z", "just now"],
    ["2026-11-24T12:05:00Z", "just now"],
    ["2026-11-24T11:54:10Z", "5 minutes ago"],
    ["2026-11-24T09:00:00Z", "3 hours ago"],
    ["2026-11-23T11:00:00Z", "yesterday"],
    ["2026-11-10T12:00:00Z", "Nov 10, 2026"],
  ])("of %s reads %s", (at, text) => {
    expect(ago(at, now)).toBe(text);
  });
});

it("writes figures of a picture as the trade does", () => {
  expect(dimensions(1920, 1080)).toBe("1920 × 1080");
  expect([25, 23.976_023_976].map(frameRate)).toEqual(["25 fps", "23.976 fps"]);
  expect([640_000, 5_200_000].map(bitRate)).toEqual(["640 kbit/s", "5.2 Mbit/s"]);
  expect([2.14, 31.6].map(speed)).toEqual(["2.1×", "32×"]);
});
