import { describe, expect, it } from "vitest";
import { clip } from "./clips.ts";
import { processed } from "./harness.ts";
import { cuts, steadyTone } from "./source-clips.ts";

const sourceOf = async (file: string) => processed(file, ({ source }) => Promise.resolve(source));

describe("while a source is decoded is measured", { timeout: 120_000 }, () => {
  // EBU Tech 3341, cases 1 and 2: a sine of 1 kHz in both channels is as loud in LUFS as its peak is in dBFS.
  it.each([-23, -33, -10.5])("the loudness of a tone at %d dBFS", async (level) => {
    const { loudness } = await sourceOf(await steadyTone(level, "stereo"));
    expect(Math.abs((loudness?.integratedLufs ?? 0) - level)).toBeLessThanOrEqual(0.1);
    // ffmpeg prints peaks to a thousandth of full scale.
    expect(Math.abs((loudness?.truePeakDbtp ?? 0) - level)).toBeLessThan(0.25);
    expect(loudness?.rangeLu).toBeLessThan(0.2);
  });

  it("the loudness of all channels of a source, not of the two that are made of them", async () => {
    // ITU-R BS.1770: -0.691 + 10 log10 of the weighted sum; five channels of one tone, two of which weigh 1.41.
    const { loudness } = await sourceOf(await steadyTone(-30, "5.0"));
    const expected = -30 + 10 * Math.log10((3 + 2 * 1.41) / 2);
    expect(Math.abs((loudness?.integratedLufs ?? 0) - expected)).toBeLessThanOrEqual(0.1);
  });

  it("the range between its quiet and its loud parts", async () => {
    // EBU Tech 3342, case 1: 20 s at -20 and 20 s at -30 dBFS are 10 LU apart.
    const { loudness } = await sourceOf(await steadyTone(-20, "stereo", -30));
    expect(Math.abs((loudness?.rangeLu ?? 0) - 10)).toBeLessThanOrEqual(1);
  });

  it("no loudness where nothing is heard", async () => {
    expect((await sourceOf(await clip("silent.mp4"))).loudness).toBeNull();
    expect((await sourceOf(await steadyTone(-200, "stereo"))).loudness).toBeNull();
  });

  it("where the picture changes from one frame to the next", async () => {
    const { sceneCuts } = await sourceOf(await cuts());
    expect(sceneCuts).toEqual({ count: 2, times: [1.2, 5.2] });
  });

  it("that a picture in motion has no cuts", async () => {
    expect((await sourceOf(await clip("wide.mp4"))).sceneCuts).toEqual({ count: 0, times: [] });
  });
});
