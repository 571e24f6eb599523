import type { SourceColor } from "@telecine/core/source/color";
import { describe, expect, it } from "vitest";
import { type CodedPicture, planColor } from "./plan.ts";

const UNKNOWN: SourceColor = {
  ...{ hdr: "sdr", primaries: null, transfer: null, matrix: null, range: null, bitDepth: 8 },
  ...{ masteringDisplay: null, contentLight: null, dolbyVisionProfile: null },
};
const HD: CodedPicture = { width: 1920, height: 1080, pix_fmt: "yuv420p" };
const SD: CodedPicture = { ...HD, width: 640, height: 480 };

const plan = (color: Partial<SourceColor>, picture = HD) => planColor({ ...UNKNOWN, ...color }, picture);
const bt709 = { primaries: "bt709", transfer: "bt709", matrix: "bt709" };
const PQ = { primaries: "bt2020", transfer: "smpte2084", matrix: "bt2020nc" };

describe("a source that says nothing of its colour keeps it, with the tags of what players take it for", () => {
  const old = { primaries: "smpte170m", transfer: "smpte170m", matrix: "smpte170m" };
  const european = { primaries: "bt470bg", transfer: "smpte170m", matrix: "bt470bg" };

  it.each<[number, number, object]>([
    [1920, 1080, bt709],
    [1280, 534, bt709],
    [1080, 1920, bt709],
    [960, 720, bt709],
    [640, 480, old],
    [360, 640, old],
    [720, 576, european],
    [352, 288, european],
  ])("%d x %d", (width, height, tags) => {
    expect(plan({}, { ...HD, width, height })).toEqual({ kind: "keep", range: "limited", tags });
    expect(plan({ range: "full", transfer: "bt709" }, { ...HD, width, height })).toEqual({
      ...{ kind: "keep", range: "full" },
      tags,
    });
    const j = { ...HD, pix_fmt: "yuvj420p", width, height };
    expect(plan({}, j)).toEqual({ kind: "keep", range: "full", tags });
  });
});

describe("a source that says what its colour is", () => {
  it.each<[string, Partial<SourceColor>]>([
    ["all of it", bt709],
    ["the matrix", { matrix: "bt709" }],
    ["the primaries", { primaries: "bt709" }],
    ["a curve that is shown alike", { ...bt709, transfer: "iec61966-2-1" }],
  ])("keeps that of BT.709, said by %s", (_name, color) => {
    expect(plan(color, SD)).toEqual({ kind: "keep", range: "limited", tags: bt709 });
  });

  const limited = { range: "limited", odd: false };

  it.each<[string, Partial<SourceColor>, object]>([
    ["a matrix alone", { matrix: "smpte170m" }, { ...bt709, matrix: "smpte170m", ...limited }],
    [
      "primaries alone, whose matrix follows",
      { primaries: "bt470bg" },
      { ...bt709, primaries: "bt470bg", matrix: "bt470bg", ...limited },
    ],
    [
      "a wide matrix, whose primaries follow",
      { matrix: "bt2020nc", range: "full" },
      { primaries: "bt2020", transfer: "bt709", matrix: "bt2020nc", range: "full", odd: false },
    ],
    [
      "P3",
      { primaries: "smpte432", transfer: "bt709", matrix: "bt709" },
      { ...bt709, primaries: "smpte432", ...limited },
    ],
    ["linear light", { ...bt709, transfer: "linear" }, { ...bt709, transfer: "linear", ...limited }],
    [
      "names that nobody knows",
      { primaries: "bt2020", matrix: "smpte2085" },
      { ...bt709, primaries: "bt2020", ...limited },
    ],
  ])("is converted from %s", (_name, color, from) => {
    expect(plan(color)).toEqual({ kind: "convert", from, tags: bt709 });
  });

  it("in red, green and blue is brought to BT.709's matrix", () => {
    for (const pix_fmt of ["gbrp", "rgb24", "bgra", "pal8"]) {
      expect(plan({}, { ...SD, pix_fmt })).toEqual({ kind: "rgb", tags: bt709 });
    }
    expect(
      plan({ matrix: "gbr", primaries: "bt2020" }, { ...HD, width: 641, pix_fmt: "gbrp10le" }),
    ).toMatchObject({
      ...{ kind: "convert", from: { primaries: "bt2020", matrix: "gbr", range: "full", odd: false } },
    });
  });
});

describe("HDR is mapped", () => {
  const screen = { red: { x: 0.68, y: 0.32 }, green: { x: 0.265, y: 0.69 }, blue: { x: 0.15, y: 0.06 } };
  const masteringDisplay = { ...screen, white: { x: 0.3127, y: 0.329 }, minLuminance: 0, maxLuminance: 4000 };

  it.each<[string, Partial<SourceColor>, number]>([
    ["nothing", {}, 1000],
    ["its screen", { masteringDisplay }, 4000],
    ["the picture itself", { masteringDisplay, contentLight: { maxCll: 800, maxFall: 100 } }, 800],
    [
      "the picture itself, which does not know",
      { masteringDisplay, contentLight: { maxCll: 0, maxFall: 100 } },
      4000,
    ],
    ["a picture that is no HDR", { contentLight: { maxCll: 80, maxFall: 10 } }, 203],
    ["a picture without bounds", { contentLight: { maxCll: 65_535, maxFall: 10 } }, 10_000],
  ])("from PQ up to the light that is told by %s", (_name, color, peak) => {
    expect(plan({ ...PQ, ...color })).toEqual({
      ...{ kind: "tone-map", from: { ...PQ, range: "limited", odd: false }, tags: bt709 },
      hdr: { transfer: "pq", primaries: "bt2020", peak },
      light: { masteringDisplay: null, contentLight: null, ...color },
    });
  });

  it("from HLG as on a screen of a thousand nits, also where only the curve is told, and in odd sizes", () => {
    expect(plan({ transfer: "arib-std-b67", masteringDisplay }, { ...HD, height: 1079 })).toEqual({
      kind: "tone-map",
      from: {
        primaries: "bt2020",
        transfer: "arib-std-b67",
        matrix: "bt2020nc",
        range: "limited",
        odd: true,
      },
      hdr: { transfer: "hlg", primaries: "bt2020", peak: 1000 },
      light: { masteringDisplay, contentLight: null },
      tags: bt709,
    });
  });

  it("whatever its primaries are", () => {
    expect(plan({ ...PQ, primaries: "smpte432" })).toMatchObject({ hdr: { primaries: "smpte432" } });
    expect(plan({ ...PQ, primaries: "film" })).toMatchObject({ hdr: { primaries: "bt2020" } });
  });
});
