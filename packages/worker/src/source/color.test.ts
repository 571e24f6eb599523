import { describe, expect, it } from "vitest";
import { NO_FRAMES, parseFirstFrames } from "../ffmpeg/first-frames.ts";
import { parseProbe } from "../ffmpeg/probe.ts";
import { describeColor } from "./color.ts";

/** As ffprobe 5.1.9 wrote them of an HDR10 picture, shortened. */
const DISPLAY = {
  side_data_type: "Mastering display metadata",
  ...{ red_x: "34000/50000", red_y: "16000/50000", green_x: "13250/50000", green_y: "34500/50000" },
  ...{ blue_x: "7500/50000", blue_y: "3000/50000", white_point_x: "15635/50000" },
  ...{ white_point_y: "16450/50000", min_luminance: "0/10000", max_luminance: "10000000/10000" },
};
const LIGHT = { side_data_type: "Content light level metadata", max_content: 1000, max_average: 400 };
const PQ = { color_range: "tv", color_space: "bt2020nc", color_transfer: "smpte2084" };

function colorOf(stream: object, frame?: object) {
  const streams = [{ index: 0, codec_type: "video", pix_fmt: "yuv420p10le", ...stream }];
  const [picture] = parseProbe(JSON.stringify({ streams, format: { format_name: "mov" } })).streams;
  if (!picture) throw new Error("one stream was given");
  const first = frame ? parseFirstFrames(JSON.stringify({ frames: [frame] })) : NO_FRAMES;
  return describeColor(picture, first);
}

describe("the colour of a source", () => {
  it("is what its container says, with the screen and the light that only its frames describe", () => {
    const frame = { color_transfer: "bt709", side_data_list: [DISPLAY, LIGHT] };
    expect(colorOf({ ...PQ, color_primaries: "bt2020" }, frame)).toEqual({
      hdr: "hdr10",
      ...{ primaries: "bt2020", transfer: "smpte2084", matrix: "bt2020nc", range: "limited", bitDepth: 10 },
      masteringDisplay: {
        red: { x: 0.68, y: 0.32 },
        green: { x: 0.265, y: 0.69 },
        blue: { x: 0.15, y: 0.06 },
        white: { x: 0.3127, y: 0.329 },
        ...{ minLuminance: 0, maxLuminance: 1000 },
      },
      contentLight: { maxCll: 1000, maxFall: 400 },
      dolbyVisionProfile: null,
    });
  });

  it("is what its frames say where the container is silent", () => {
    const silent = { color_transfer: "unknown", color_space: "unspecified" };
    expect(colorOf(silent, { ...PQ, color_range: "pc" })).toMatchObject({
      ...{ hdr: "hdr10", transfer: "smpte2084", matrix: "bt2020nc", range: "full", primaries: null },
    });
  });

  it("is unknown where nothing says anything", () => {
    expect(colorOf({ pix_fmt: "yuv420p" })).toEqual({
      ...{ hdr: "sdr", primaries: null, transfer: null, matrix: null, range: null, bitDepth: 8 },
      ...{ masteringDisplay: null, contentLight: null, dolbyVisionProfile: null },
    });
  });

  it.each<[string, object, object]>([
    ["sdr", { color_transfer: "bt2020-10" }, {}],
    ["hlg", { color_transfer: "arib-std-b67" }, {}],
    ["hdr10", PQ, {}],
    [
      "hdr10-plus",
      PQ,
      { side_data_list: [{ side_data_type: "HDR Dynamic Metadata SMPTE2094-40 (HDR10+)" }] },
    ],
    ["dolby-vision", { ...PQ, side_data_list: [{ dv_profile: 8 }] }, {}],
  ])("is %s by its transfer, and by what comes with it", (hdr, stream, frame) => {
    expect(colorOf(stream, frame).hdr).toBe(hdr);
  });

  it("does not believe a screen without light, nor light that is zero", () => {
    const dark = { ...DISPLAY, max_luminance: "0/10000" };
    const partial = { ...DISPLAY, red_x: "1/0" };
    const list = [dark, partial, { max_content: 0, max_average: 0 }];
    expect(colorOf(PQ, { side_data_list: list })).toMatchObject({
      masteringDisplay: null,
      contentLight: null,
    });
  });

  it.each([
    ["yuv420p", 8],
    ["nv12", 8],
    ["p010le", 10],
    ["yuv422p10le", 10],
    ["gbrp12be", 12],
    ["gray9le", 9],
    ["rgb24", 8],
    ["rgb48le", 16],
    ["rgba64be", 16],
    ["rgb565le", 8],
    ["unknown", null],
    [undefined, null],
  ])("of format %s has %s bits", (pix_fmt, bits) => {
    expect(colorOf({ pix_fmt }).bitDepth).toBe(bits);
  });
});
