import { describe, expect, it } from "vitest";
import { hlgGain, hlgToScene, nitsToPq, pqToNits, sdrSignal } from "./transfer.ts";

describe("light and signal", () => {
  // ITU-R BT.2408-7, table 1: the reference levels of PQ in percent.
  it.each([
    [26, 38],
    [203, 58],
  ])("%d nits are %d %% in PQ", (nits, percent) => {
    expect(Math.abs(nitsToPq(nits) * 100 - percent)).toBeLessThan(0.5);
  });

  it("PQ holds light up to 10,000 nits, and gives it back", () => {
    expect(nitsToPq(0)).toBeLessThan(1e-6);
    expect(nitsToPq(10_000)).toBeCloseTo(1, 9);
    for (const nits of [0.005, 1, 100, 4000]) expect(pqToNits(nitsToPq(nits)) / nits).toBeCloseTo(1, 9);
  });

  // The same table: the grey card at 38 % and white paper at 75 % of HLG are 26 and 203 nits on a screen of 1,000.
  it.each([
    [0.38, 26],
    [0.75, 203],
    [1, 1000],
  ])("HLG's %d is %d nits", (signal, nits) => {
    const scene = hlgToScene(signal);
    expect(Math.abs(scene * hlgGain(scene) - nits)).toBeLessThan(0.5);
  });

  it("HLG is black at nothing, and its two curves meet", () => {
    expect(hlgToScene(0) * hlgGain(0)).toBe(0);
    expect(hlgToScene(0.5)).toBeCloseTo(1 / 12, 9);
    expect(hlgToScene(0.5 + 1e-9)).toBeCloseTo(1 / 12, 6);
  });

  it("SDR's signal is the root of the light that a screen shows", () => {
    expect([sdrSignal(0), sdrSignal(1)]).toEqual([0, 1]);
    expect(sdrSignal(0.5 ** 2.4)).toBeCloseTo(0.5, 9);
    expect(sdrSignal(-1)).toBe(0);
  });
});
