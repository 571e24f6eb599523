import { describe, expect, it } from "vitest";
import type { Rung } from "./ladder.ts";
import { type Trial, triedGroups, triedRungs, tune } from "./trial.ts";

const GRID = { framesPerGroup: 50, framesPerSecond: 25 };

function rungOf(shortSide: number, fixedBitrateKbps: number, more: Partial<Rung> = {}): Rung {
  return {
    ...{
      name: `${shortSide}p`,
      codec: "h264",
      videoRange: "SDR",
      width: (shortSide * 16) / 9,
      height: shortSide,
    },
    ...{ quality: "optimized", crf: 26, maxBitrateKbps: fixedBitrateKbps, fixedBitrateKbps, reason: "step" },
    ...{ predictedBitrateKbps: null, predictedSsimDb: null, ...more },
  };
}

describe("what is tried of a video", () => {
  it.each<[string, number, number[]]>([
    ["a minute is tried six times, evenly", 60, [2, 7, 12, 17, 22, 27]],
    ["of half a minute a third", 30, [1, 4, 7, 10, 13]],
    ["of a short clip its middle", 5, [1]],
    ["of less than a group what there is", 0.5, [0]],
  ])("%s", (_name, seconds, expected) => {
    expect(triedGroups({ ...GRID, frameCount: seconds * 25 })).toEqual(expected);
  });

  it("grows with its length, to a bound, and stays below two percent of ten minutes", () => {
    const count = (seconds: number) => triedGroups({ ...GRID, frameCount: seconds * 25 }).length;
    expect([600, 1800, 3600, 4 * 3600].map(count)).toEqual([6, 18, 36, 36]);
  });

  it("never names a group that is not whole, nor one twice", () => {
    for (let frameCount = 50; frameCount < 3000; frameCount += 37) {
      const groups = triedGroups({ ...GRID, frameCount });
      expect(new Set(groups).size).toBe(groups.length);
      expect(Math.max(...groups)).toBeLessThan(Math.floor(frameCount / 50));
    }
  });

  it("is each rung in H.264, and the one nearest to 480p with fewer bits", () => {
    const rungs = [
      rungOf(1080, 5000),
      rungOf(720, 2800),
      rungOf(504, 1500),
      rungOf(240, 400),
      rungOf(240, 300, { name: "240p-av1", codec: "av1" }),
    ];
    expect(triedRungs(rungs).map(({ name, crf }) => [name, crf])).toEqual([
      ["1080p", 26],
      ["720p", 26],
      ["504p", 26],
      ["240p", 26],
      ["504p", 30],
    ]);
  });
});

/** SSIM of so many decibels. */
const db = (decibels: number) => 1 - 10 ** (-decibels / 10);

interface Seen {
  readonly kbps: readonly number[];
  readonly again: readonly number[];
  readonly decibels: number;
  readonly againDecibels: number;
  readonly activity?: readonly number[];
  readonly groups?: readonly number[];
  readonly rung?: Rung;
}

/** A trial of one rung, of groups of two seconds; a minute of film. */
function trialOf({
  kbps,
  again,
  decibels,
  againDecibels,
  activity,
  groups = [1, 3],
  rung = rungOf(1080, 5000),
}: Seen): Trial {
  // The first group of an encode comes out at 0.88 of what it is amid a film; that of the film itself is what it is.
  const made = (rates: readonly number[], seen: number) =>
    rates.map((rate, index) => ({
      bytes: (rate * (groups[index] === 0 ? 1 : 0.88) * 1000 * 2) / 8,
      ssim: db(seen),
    }));
  return {
    ...{ ...GRID, frameCount: 250, groups, activity: activity ?? null },
    tried: [
      { rung, groups: made(kbps, decibels) },
      { rung: { ...rung, crf: 30 }, groups: made(again, againDecibels) },
    ],
  };
}

function tuned(seen: Seen) {
  const rung = tune(trialOf(seen)).get(seen.rung?.name ?? "1080p");
  if (!rung) throw new Error("It was not tuned.");
  return { ...rung, bitrate: rung.bitrateAt(rung.maxBitrateKbps) };
}

describe("what a trial shows", () => {
  it("raises CRF where the picture is better than enough, as far as its own slope says", () => {
    // 18.5 dB at 26 and 16.5 at 30: half a decibel a step, so 17 dB are three steps away. Bits fall by half in four.
    expect(
      tuned({ kbps: [2000, 4000], again: [1000, 2000], decibels: 18.5, againDecibels: 16.5 }),
    ).toMatchObject({
      crf: 29,
      ssimDb: 17,
      // 3000 x 2^(-3/4)
      bitrate: 1784,
      maxBitrateKbps: 5000,
    });
    expect(tuned({ kbps: [2000], again: [1000], groups: [1], decibels: 25, againDecibels: 23 }).crf).toBe(29);
  });

  it("lowers it where the picture is worse, but not without end", () => {
    const seen = { kbps: [2000], again: [1000], groups: [1], decibels: 16.4, againDecibels: 14.4 };
    // 0.6 dB at half a decibel a step are 1.2 steps; in halves, to the better side: 24.5.
    expect(tuned(seen)).toMatchObject({ crf: 24.5, ssimDb: 17.15 });
    expect(tuned({ ...seen, decibels: 12, againDecibels: 10 }).crf).toBe(24);
  });

  it("asks less of small pictures", () => {
    // 17 - 1.2 x log2(1080 / 270) = 14.6
    const rung = rungOf(270, 500);
    const seen = { kbps: [400], again: [200], groups: [1], decibels: 14.6, againDecibels: 12.6, rung };
    expect(tuned(seen)).toMatchObject({ crf: 26, bitrate: 400 });
  });

  it("takes the usual slopes where those seen cannot be", () => {
    // Black: perfect both times. 50 dB at most; CRF ends at its bound.
    expect(tuned({ kbps: [10], again: [10], groups: [1], decibels: 90, againDecibels: 90 })).toMatchObject({
      crf: 29,
    });
  });

  it("stands for the rest in proportion to what happens there", () => {
    const seen = { kbps: [1000, 3000], again: [500, 1500], decibels: 17, againDecibels: 15 };
    // Tried where activity is 10 and 30, so 100 kb/s each; the mean of all is 18.
    expect(tuned({ ...seen, activity: [5, 10, 5, 30, 40] })).toMatchObject({ crf: 26, bitrate: 1800 });
    // Without it, the mean of what was tried.
    expect(tuned(seen).bitrate).toBe(2000);
  });

  it("never lowers a cap: what was not tried may be harder", () => {
    const seen = { kbps: [100, 100], again: [50, 50], decibels: 17, againDecibels: 15 };
    expect(tuned({ ...seen, activity: [1, 1, 1, 1, 1] }).maxBitrateKbps).toBe(5000);
  });

  it("raises the cap of a hard video, also of one whose hard scenes the source tells of, by half at most", () => {
    const seen = { kbps: [4800], again: [2400], groups: [1], decibels: 17, againDecibels: 15 };
    // A quarter more than the dearest.
    expect(tuned(seen)).toMatchObject({ maxBitrateKbps: 6000, bitrate: 4800 });
    // Two groups in a row, of 10 and 12 where the one that was tried has 10: 4800 x 1.1 x 1.25.
    expect(tuned({ ...seen, activity: [1, 10, 12, 1, 1] }).maxBitrateKbps).toBe(6600);
    const harder = { kbps: [20_000], again: [10_000], groups: [1], decibels: 17, againDecibels: 15 };
    expect(tuned(harder)).toMatchObject({ maxBitrateKbps: 7500, bitrate: 7500 });
  });

  it("of a clip that is shorter than a group is the clip", () => {
    const trial = trialOf({ kbps: [800], again: [400], groups: [0], decibels: 17, againDecibels: 15 });
    // 25 of 50 frames: half the bytes make the same rate.
    const halved = (group: { bytes: number; ssim: number }) => ({ ...group, bytes: group.bytes / 2 });
    const tried = trial.tried.map(({ rung, groups }) => ({ rung, groups: groups.map(halved) }));
    const short = tune({ ...trial, tried, frameCount: 25, activity: [7] }).get("1080p");
    expect(short?.bitrateAt(9000)).toBe(800);
  });
});
