import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Settings, type SettingsInput } from "../settings/settings.ts";
import { decideLadder, type LadderSource, type Tuning, withHdr } from "./decide.ts";
import { Ladder, type Rung } from "./ladder.ts";

interface Sketch extends Partial<LadderSource> {
  readonly settings?: SettingsInput;
  readonly tuning?: Tuning;
}

function ladder(width: number, height: number, { settings = {}, tuning, ...source }: Sketch = {}): Ladder {
  const unknown = { framesPerSecond: 25, codec: "h264", peakBitrateKbps: null };
  return decideLadder({ ...unknown, width, height, ...source }, Settings.parse(settings), tuning);
}

const sizes = ({ rungs }: Ladder) => rungs.map(({ name, width, height }) => `${name} ${width}x${height}`);
const caps = ({ rungs }: Ladder) => rungs.map(({ maxBitrateKbps }) => maxBitrateKbps);
const why = ({ rungs, dropped }: Ladder) =>
  Object.fromEntries([...rungs, ...dropped].map(({ name, reason }) => [name, reason]));

describe("the sizes of a ladder", () => {
  it.each([
    [
      "full HD gets every step up to it",
      1920,
      1080,
      ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360", "240p 426x240"],
    ],
    [
      "4K starts at 1080p",
      3840,
      2160,
      ["1080p 1920x1080", "720p 1280x720", "480p 854x480", "360p 640x360", "240p 426x240"],
    ],
    [
      "portrait counts by its short side",
      1080,
      1920,
      ["1080p 1080x1920", "720p 720x1280", "480p 480x854", "360p 360x640", "240p 240x426"],
    ],
    [
      "a size well above a step is kept as the top",
      1000,
      562,
      ["562p 1000x562", "480p 854x480", "360p 640x360", "240p 428x240"],
    ],
    [
      "a size just above a step takes its place: scaling by so little would only blur",
      888,
      500,
      ["500p 888x500", "360p 640x360", "240p 426x240"],
    ],
    ["a laptop's screen", 1366, 768, ["768p 1366x768", "480p 854x480", "360p 640x360", "240p 426x240"]],
    ["4:3 stays 4:3", 400, 300, ["300p 400x300", "240p 320x240"]],
    ["4:3 of television", 720, 540, ["540p 720x540", "360p 480x360", "240p 320x240"]],
    ["smaller than every step stays its own size", 200, 150, ["150p 200x150"]],
    ["odd sides are rounded down, not up", 641, 359, ["358p 640x358", "240p 428x240"]],
    ["the smallest that is accepted", 16, 16, ["16p 16x16"]],
    [
      "cinema wide keeps its shape",
      1920,
      800,
      ["800p 1920x800", "480p 1152x480", "360p 864x360", "240p 576x240"],
    ],
    [
      "an ultra-wide screen",
      3440,
      1440,
      ["1080p 2580x1080", "720p 1720x720", "480p 1146x480", "360p 860x360", "240p 574x240"],
    ],
    ["wider than decoders take", 8192, 1024, ["512p 4096x512", "360p 2880x360", "240p 1920x240"]],
    [
      "a square",
      1080,
      1080,
      ["1080p 1080x1080", "720p 720x720", "480p 480x480", "360p 360x360", "240p 240x240"],
    ],
    [
      "cropped macroblocks do not make a step",
      1920,
      1088,
      ["1080p 1906x1080", "720p 1270x720", "480p 848x480", "360p 636x360", "240p 424x240"],
    ],
  ])("%s", (_name, width, height, expected) => {
    expect(sizes(ladder(width, height))).toEqual(expected);
  });

  it("go up to 4K where the owner asks for it", () => {
    const { rungs, dropped } = ladder(3840, 2160, { settings: { ladder: { maxShortSide: 2160 } } });
    expect(rungs.map(({ name, maxBitrateKbps }) => [name, maxBitrateKbps]).slice(0, 3)).toEqual([
      ["2160p", 16_000],
      ["1440p", 9000],
      ["1080p", 5000],
    ]);
    expect(dropped).toEqual([]);
  });

  it("go no further than the owner asks", () => {
    expect(sizes(ladder(1920, 1080, { settings: { ladder: { maxShortSide: 480 } } }))).toEqual([
      "480p 854x480",
      "360p 640x360",
      "240p 426x240",
    ]);
  });

  it("are exactly those asked for, as far as the source is large enough", () => {
    const rungs = [{ shortSide: 360, maxBitrateKbps: 900, crf: 20 }, { shortSide: 340 }, { shortSide: 1440 }];
    const asked = ladder(1280, 720, { settings: { ladder: { rungs } } });
    expect(
      asked.rungs.map(({ name, maxBitrateKbps, crf, reason }) => [name, maxBitrateKbps, crf, reason]),
    ).toEqual([
      ["360p", 900, 20, "asked"],
      // Between 240p and 360p by 100 of 120 lines: 400 + 400 x 5/6 = 733.
      ["340p", 730, 23, "asked"],
    ]);
    expect(asked.dropped).toEqual([{ name: "1440p", reason: "larger_than_source" }]);
  });

  it("are the source's own where it is smaller than all that were asked for", () => {
    const asked = ladder(640, 360, { settings: { ladder: { rungs: [{ shortSide: 720 }] } } });
    expect(asked.rungs.map(({ name, reason }) => [name, reason])).toEqual([["360p", "top"]]);
  });

  it("never exceed the picture, are even, of its shape and of one name each, whatever the picture and the wish", () => {
    const settings = fc.record({
      quality: fc.constantFrom("standard" as const, "optimized" as const),
      codecs: fc.subarray(["hevc" as const, "av1" as const]),
      ladder: fc.record({ maxShortSide: fc.constantFrom(2160, 1080, 240) }),
    });
    const source = fc.record({
      width: fc.integer({ min: 16, max: 8192 }),
      height: fc.integer({ min: 16, max: 8192 }),
      framesPerSecond: fc.double({ min: 0.1, max: 60, noNaN: true }),
      codec: fc.constantFrom("h264", "hevc", null),
      peakBitrateKbps: fc.option(fc.double({ min: 0.01, max: 500_000, noNaN: true })),
    });
    fc.assert(
      fc.property(source, settings, (picture, asked) => {
        const { width, height } = picture;
        // What is decided can be stored.
        const { rungs } = Ladder.parse(decideLadder(picture, Settings.parse(asked)));
        expect(new Set(rungs.map(({ name }) => name)).size).toBe(rungs.length);
        for (const rung of rungs) {
          expect(rung.width % 2 === 0 && rung.height % 2 === 0).toBe(true);
          expect(rung.width <= Math.min(width, 4096) && rung.height <= Math.min(height, 4096)).toBe(true);
          // Rounding to even moves each side by less than two pixels.
          const [short, long] = width < height ? [rung.width, rung.height] : [rung.height, rung.width];
          const shape = Math.max(width, height) / Math.min(width, height);
          expect(Math.abs(long - short * shape)).toBeLessThan(2 + shape);
        }
      }),
    );
  });
});

describe("the bitrates of a ladder", () => {
  it("are the measured caps for 16:9 up to 30 frames a second", () => {
    expect(caps(ladder(1920, 1080, { framesPerSecond: 30 }))).toEqual([5000, 2800, 1400, 800, 400]);
  });

  it("allow half as much again above 30 frames a second", () => {
    expect(caps(ladder(1920, 1080, { framesPerSecond: 59.94 }))).toEqual([7500, 4200, 2100, 1200, 600]);
  });

  it("follow the number of pixels of other shapes", () => {
    expect(caps(ladder(1440, 1080))[0]).toBe(3750);
    expect(caps(ladder(3440, 1440))[0]).toBe(6720);
  });

  it("lie between their neighbours for a size between two steps, and fall below the smallest", () => {
    expect(caps(ladder(1600, 900))[0]).toBe(3900);
    expect(caps(ladder(214, 120))).toEqual([100]);
  });

  it("never exceed twice what the source has at its most, and sizes that save nothing then are left out", () => {
    // A lecture in full HD: 300 kb/s at most. 600 for it, and by the steps' proportions 336 for 720p.
    const lecture = ladder(1920, 1080, { peakBitrateKbps: 300 });
    expect(caps(lecture)).toEqual([600, 340]);
    expect(why(lecture)).toMatchObject({
      "1080p": "top",
      "720p": "step",
      "480p": "nothing_slower",
      "360p": "nothing_slower",
      "240p": "nothing_slower",
    });
    // Its rungs are compared with what fixed bitrates would spend.
    expect(lecture.rungs.map(({ fixedBitrateKbps }) => fixedBitrateKbps)).toEqual([5000, 2800]);
  });

  it("count what a source in a newer codec shows, not what it weighs", () => {
    expect(caps(ladder(1920, 1080, { peakBitrateKbps: 1000, codec: "h264" }))[0]).toBe(2000);
    expect(caps(ladder(1920, 1080, { peakBitrateKbps: 1000, codec: "hevc" }))[0]).toBe(3000);
    expect(caps(ladder(1920, 1080, { peakBitrateKbps: 1000, codec: "av1" }))[0]).toBe(4000);
  });

  it("of a large source fall with its size", () => {
    // 4K at 4 Mb/s: 8000 of the 16,000 that 2160p may have, so half of every step.
    expect(caps(ladder(3840, 2160, { peakBitrateKbps: 4000 }))).toEqual([2500, 1400, 700, 400]);
  });
});

describe("the reasons of a ladder", () => {
  it("are told for every step, made or not", () => {
    expect(why(ladder(1920, 800))).toEqual({
      "2160p": "larger_than_source",
      "1440p": "larger_than_source",
      "1080p": "larger_than_source",
      "800p": "top",
      "720p": "too_close",
      "480p": "step",
      "360p": "step",
      "240p": "step",
    });
    expect(why(ladder(2560, 1440))).toMatchObject({
      "2160p": "larger_than_source",
      "1440p": "above_limit",
      "1080p": "top",
    });
  });
});

describe("codecs beside H.264", () => {
  const brief = ({ name, crf, maxBitrateKbps }: Rung) => [name, crf, maxBitrateKbps];

  it("have the same sizes, under names of their own, with less", () => {
    const { rungs } = ladder(1280, 720, { settings: { codecs: ["hevc", "av1"] } });
    expect(rungs.map(brief)).toEqual([
      ["720p", 23, 2800],
      ["480p", 23, 1400],
      ["360p", 23, 800],
      ["240p", 23, 400],
      ["720p-hevc", 26, 2100],
      ["480p-hevc", 26, 1050],
      ["360p-hevc", 26, 600],
      ["240p-hevc", 26, 300],
      ["720p-av1", 38, 1820],
      ["480p-av1", 38, 910],
      ["360p-av1", 38, 520],
      ["240p-av1", 38, 260],
    ]);
  });

  it("end at the first size that is as slow as the slowest in H.264", () => {
    // 4:3: 600 x 3/4 is 450 for 300p, 400 x 3/4 is 300 for 240p; 0.65 of 450 is 290.
    const { rungs, dropped } = ladder(400, 300, { settings: { codecs: ["av1"] } });
    expect(rungs.map(brief)).toEqual([
      ["300p", 23, 450],
      ["240p", 23, 300],
      ["300p-av1", 38, 290],
    ]);
    expect(dropped).toContainEqual({ name: "240p-av1", reason: "nothing_slower" });
  });

  it("are left out of pictures that their encoders do not take", () => {
    const { rungs, dropped } = ladder(100, 56, { settings: { codecs: ["hevc", "av1"] } });
    expect(rungs.map(({ name }) => name)).toEqual(["56p", "56p-hevc"]);
    expect(dropped).toContainEqual({ name: "56p-av1", reason: "not_encodable" });
    const slides = ladder(640, 360, { framesPerSecond: 0.2, settings: { codecs: ["av1"] } });
    expect(slides.dropped).toContainEqual({ name: "360p-av1", reason: "not_encodable" });
  });

  it("follow a CRF that was asked for, by as much as it differs from the default, within what is sensible", () => {
    const at = (crf: number) =>
      ladder(640, 360, {
        settings: { codecs: ["hevc", "av1"], ladder: { rungs: [{ shortSide: 360, crf }] } },
      }).rungs.map((rung) => rung.crf);
    expect(at(25)).toEqual([25, 28, 44]);
    expect(at(10)).toEqual([10, 22, 32]);
  });
});

describe("HDR", () => {
  const keep = { hdr: "keep" as const };
  const hdrOf = ({ rungs }: Ladder) => rungs.filter(({ videoRange }) => videoRange !== "SDR");

  it("is kept in HEVC beside the sizes in SDR, when asked of a source that has it", () => {
    const { rungs } = ladder(1280, 720, { settings: keep, videoRange: "HLG" });
    expect(rungs.map(({ name, codec, videoRange }) => [name, codec, videoRange])).toEqual([
      ["720p", "h264", "SDR"],
      ["480p", "h264", "SDR"],
      ["360p", "h264", "SDR"],
      ["240p", "h264", "SDR"],
      ["720p-hdr", "hevc", "HLG"],
      ["480p-hdr", "hevc", "HLG"],
      ["360p-hdr", "hevc", "HLG"],
      ["240p-hdr", "hevc", "HLG"],
    ]);
    // 1.2 of HEVC's 0.75.
    expect(hdrOf({ rungs, dropped: [] }).map(({ maxBitrateKbps }) => maxBitrateKbps)).toEqual([
      2520, 1260, 720, 360,
    ]);
  });

  it.each<[string, Sketch]>([
    ["nobody asks", { videoRange: "PQ" }],
    ["the source is SDR", { settings: keep, videoRange: "SDR" }],
    ["nobody knows", { settings: keep }],
  ])("is not made where %s", (_name, sketch) => {
    expect(hdrOf(ladder(1280, 720, sketch))).toEqual([]);
  });

  it("is added once to a ladder that was decided before it was known of", () => {
    const settings = Settings.parse({ ...keep, codecs: ["hevc"] });
    const source: LadderSource = {
      ...{ width: 1280, height: 720, framesPerSecond: 25 },
      codec: "hevc",
      peakBitrateKbps: null,
    };
    const known: LadderSource = { ...source, videoRange: "PQ" };
    const late = withHdr(decideLadder(source, settings), known, settings);
    expect(late).toEqual(decideLadder(known, settings));
    expect(withHdr(late, known, settings)).toEqual(late);
    expect(Ladder.parse(JSON.parse(JSON.stringify(late)))).toEqual(late);
  });
});

describe("a ladder by what was tried", () => {
  const tuned = (crf: number, maxBitrateKbps: number, bitrate: number) => ({
    ...{ crf, maxBitrateKbps, ssimDb: 18 },
    bitrateAt: (cap: number) => Math.min(bitrate, cap),
  });

  it("takes CRF and cap of the trial, and tells what to expect", () => {
    const tuning = new Map([
      ["360p", tuned(28.5, 600, 310)],
      ["240p", tuned(27, 350, 150)],
    ]);
    const { rungs } = ladder(640, 360, { settings: { quality: "optimized", codecs: ["av1"] }, tuning });
    expect(rungs).toMatchObject([
      { name: "360p", crf: 28.5, maxBitrateKbps: 600, predictedBitrateKbps: 310, predictedSsimDb: 18 },
      { name: "240p", crf: 27, maxBitrateKbps: 350, predictedBitrateKbps: 150 },
      // 2.5 steps more than H.264's 26 are 7.5 more than 41, rounded.
      { name: "360p-av1", crf: 49, maxBitrateKbps: 390, predictedBitrateKbps: null },
      { name: "240p-av1", crf: 44 },
    ]);
  });

  it("leaves out sizes that would spend nearly as much as the one above", () => {
    const tuning = new Map([
      ["720p", tuned(26, 2800, 500)],
      ["480p", tuned(26, 1400, 430)],
      ["360p", tuned(26, 800, 300)],
      ["240p", tuned(26, 400, 200)],
    ]);
    expect(why(ladder(1280, 720, { settings: { quality: "optimized" }, tuning }))).toMatchObject({
      "720p": "top",
      "480p": "too_close",
      "360p": "step",
      "240p": "step",
    });
  });

  it("keeps what was asked for", () => {
    const tuning = new Map([["360p", tuned(28, 600, 310)]]);
    const rungs = [{ shortSide: 360, crf: 20, maxBitrateKbps: 1000 }];
    expect(
      ladder(640, 360, { settings: { quality: "optimized", ladder: { rungs } }, tuning }).rungs,
    ).toMatchObject([{ crf: 20, maxBitrateKbps: 1000, predictedBitrateKbps: null }]);
  });

  it("is still held to what the source has", () => {
    const tuning = new Map([["360p", tuned(26, 1200, 900)]]);
    const { rungs } = ladder(640, 360, { peakBitrateKbps: 250, settings: { quality: "optimized" }, tuning });
    expect(rungs[0]).toMatchObject({ maxBitrateKbps: 500, predictedBitrateKbps: 500 });
  });
});

describe("settings of a ladder", () => {
  it.each<[string, object, string]>([
    ["a codec twice", { codecs: ["av1", "av1"] }, "Each codec is named once."],
    ["H.264, which is always there", { codecs: ["h264"] }, "codecs"],
    ["an odd side", { ladder: { maxShortSide: 721 } }, "even number"],
    ["more than 4K", { ladder: { maxShortSide: 4320 } }, "maxShortSide"],
    ["no rungs", { ladder: { rungs: [] } }, "rungs"],
    [
      "a size twice",
      { ladder: { rungs: [{ shortSide: 360 }, { shortSide: 360, crf: 20 }] } },
      "a short side of its own",
    ],
    [
      "a rung above the limit",
      { ladder: { maxShortSide: 480, rungs: [{ shortSide: 720 }] } },
      "larger than maxShortSide",
    ],
    ["a wish that nobody knows", { ladder: { rungs: [{ shortSide: 360, bitrate: 1 }] } }, "bitrate"],
  ])("are refused, and say what is wrong: %s", (_name, settings, message) => {
    const result = Settings.safeParse(settings);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });

  it("have the defaults that a video without any has", () => {
    expect(Settings.parse({})).toMatchObject({ quality: "standard", codecs: [], ladder: {} });
  });
});
