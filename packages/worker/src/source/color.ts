import type { HdrKind, SourceColor } from "@telecine/core/source/color";
import { type FirstFrames, hasDynamicLight } from "../ffmpeg/first-frames.ts";
import type { ProbeStream } from "../ffmpeg/probe.ts";
import { contentLightOf, masteringDisplayOf } from "../ffmpeg/side-data.ts";

/** What a picture's numbers mean, by its container and, where that says nothing, by its first frames. */
export function describeColor(picture: ProbeStream, first: FirstFrames): SourceColor {
  const said = (field: keyof FirstFrames["color"]) => known(picture[field]) ?? known(first.color[field]);
  const sideData = [...picture.side_data_list, ...first.sideData];
  const transfer = said("color_transfer");
  const dolbyVisionProfile = sideData.find(({ dv_profile }) => dv_profile !== undefined)?.dv_profile ?? null;
  return {
    hdr: dolbyVisionProfile === null ? hdrKindOf(transfer, hasDynamicLight(first)) : "dolby-vision",
    primaries: said("color_primaries"),
    transfer,
    matrix: said("color_space"),
    range: RANGES[said("color_range") ?? ""] ?? null,
    bitDepth: bitDepthOf(picture.pix_fmt),
    masteringDisplay: masteringDisplayOf(sideData),
    contentLight: contentLightOf(sideData),
    dolbyVisionProfile,
  };
}

const RANGES: Readonly<Record<string, SourceColor["range"]>> = { tv: "limited", pc: "full" };

function known(name: string | undefined): string | null {
  return name === undefined || ["unknown", "unspecified", "reserved"].includes(name) ? null : name;
}

function hdrKindOf(transfer: string | null, dynamicLight: boolean): HdrKind {
  if (transfer === "smpte2084") return dynamicLight ? "hdr10-plus" : "hdr10";
  return transfer === "arib-std-b67" ? "hlg" : "sdr";
}

/** Formats that name the bits of a whole pixel: of three values, or of four. */
const BITS_OF_PIXEL: Readonly<Record<string, number>> = { "48": 16, "64": 16 };
const DEPTHS = ["9", "10", "12", "14", "16", "32"];

/** Bits of one value, by the name that ffmpeg gives a format: `yuv420p10le` has 10, `p010le` too, `yuv420p` has 8. */
function bitDepthOf(format: string | undefined): number | null {
  if (format === undefined || format === "unknown" || format === "none") return null;
  const digits = String(Number(/(\d+)(?:le|be)$/.exec(format)?.[1] ?? 8));
  return BITS_OF_PIXEL[digits] ?? (DEPTHS.includes(digits) ? Number(digits) : 8);
}
