import { describe, expect, it } from "vitest";
import type { Triple } from "./primaries.ts";
import { eetf, type HdrCoding, toneMapper } from "./tone-map.ts";
import { nitsToPq } from "./transfer.ts";

const PQ: HdrCoding = { transfer: "pq", primaries: "bt2020", peak: 1000 };
const HLG: HdrCoding = { transfer: "hlg", primaries: "bt2020", peak: 1000 };

const pq = (red: number, green = red, blue = red): Triple => [nitsToPq(red), nitsToPq(green), nitsToPq(blue)];
const luminance = (signal: Triple) => {
  const [red, green, blue] = signal.map((value) => value ** 2.4) as unknown as Triple;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

describe("the curve from HDR to SDR", () => {
  // Computed apart from this project, by BT.2390-10, 5.4.1.
  it.each([
    [1000, 26, 26],
    [1000, 100, 99.36],
    [1000, 203, 159.04],
    [1000, 400, 193.61],
    [1000, 1000, 203],
    [4000, 100, 85.9],
    [4000, 203, 127.93],
    [4000, 1000, 193.7],
    [600, 203, 172.21],
  ])("with a peak of %d nits shows %d as %d", (peak, nits, expected) => {
    expect(Math.abs(eetf(peak)(nits) - expected)).toBeLessThan(0.05);
  });

  it("never falls, and never shows more than white", () => {
    for (const peak of [203, 250, 1000, 10_000]) {
      const shown = Array.from({ length: 500 }, (_, index) => eetf(peak)(index * 20));
      expect(shown).toEqual(shown.toSorted((a, b) => a - b));
      expect(shown.at(-1)).toBeCloseTo(203, 3);
    }
  });

  it("leaves a picture as it is that is no lighter than white paper", () => {
    expect([1, 100, 203].map(eetf(203))).toEqual([1, 100, 203]);
  });
});

describe("HDR becomes SDR", () => {
  it("black stays black, the peak is white, and greys stay grey", () => {
    const map = toneMapper(PQ);
    expect(map([0, 0, 0]).map(Math.abs)).toEqual([0, 0, 0]);
    for (const value of map(pq(1000))) expect(value).toBeCloseTo(1, 4);
    const [red, green, blue] = map(pq(36.54));
    // 18 % of white.
    for (const value of [red, green, blue]) expect(value).toBeCloseTo(0.18 ** (1 / 2.4), 4);
  });

  it("HLG at 75 % looks as PQ at 203 nits does", () => {
    const [fromHlg] = toneMapper(HLG)([0.75, 0.75, 0.75]);
    const [fromPq] = toneMapper(PQ)(pq(203));
    expect(Math.abs(fromHlg - fromPq)).toBeLessThan(0.002);
  });

  it("a colour within BT.709 keeps its hue, however light it is", () => {
    // BT.709's red in BT.2020: the first column of the matrix of BT.2087-0.
    const red = (nits: number) => pq(0.6274 * nits, 0.0691 * nits, 0.0164 * nits);
    for (const nits of [10, 300, 1500]) {
      const [r, g, b] = toneMapper(PQ)(red(nits));
      expect(Math.max(g, b) / r).toBeLessThan(0.08);
    }
  });

  it("a colour beyond BT.709 becomes paler at its luminance", () => {
    const green = toneMapper(PQ)(pq(0, 60, 0));
    expect(Math.min(...green)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...green)).toBeLessThanOrEqual(1);
    expect(luminance(green)).toBeCloseTo((0.678 * 60) / 203, 3);
  });

  it("no signal, however wild, comes out of range", () => {
    const steps = [0, 0.3, 0.58, 0.75, 1];
    for (const coding of [PQ, HLG, { ...PQ, peak: 250 }, { ...PQ, primaries: "smpte432" } as const]) {
      const map = toneMapper(coding);
      for (const r of steps)
        for (const g of steps)
          for (const b of steps)
            for (const value of map([r, g, b])) expect(value >= 0 && value <= 1 + 1e-9).toBe(true);
    }
  });
});
