import { z } from "zod";

/** What a picture's light is coded for: SDR screens, or one of the systems that go beyond them. */
export const HDR_KINDS = ["sdr", "hdr10", "hdr10-plus", "hlg", "dolby-vision"] as const;
export type HdrKind = (typeof HDR_KINDS)[number];

const Chromaticity = z.strictObject({ x: z.number(), y: z.number() });

/** The screen that a picture was made on (SMPTE ST 2086): CIE 1931 coordinates, luminance in candela per square metre. */
export const MasteringDisplay = z.strictObject({
  red: Chromaticity,
  green: Chromaticity,
  blue: Chromaticity,
  white: Chromaticity,
  minLuminance: z.number().nonnegative(),
  maxLuminance: z.number().positive(),
});
export type MasteringDisplay = z.infer<typeof MasteringDisplay>;

/** How light a picture gets (CTA-861.3): its lightest pixel and its lightest frame, in candela per square metre. */
export const ContentLight = z.strictObject({
  maxCll: z.int().nonnegative(),
  maxFall: z.int().nonnegative(),
});
export type ContentLight = z.infer<typeof ContentLight>;

/** What the numbers of a picture mean. Names are ffmpeg's, which are those of ITU-T H.273; null is what nothing says. */
export const SourceColor = z.strictObject({
  hdr: z.enum(HDR_KINDS),
  primaries: z.string().nullable(),
  transfer: z.string().nullable(),
  matrix: z.string().nullable(),
  range: z.enum(["limited", "full"]).nullable(),
  bitDepth: z.int().positive().nullable(),
  masteringDisplay: MasteringDisplay.nullable(),
  contentLight: ContentLight.nullable(),
  /** Of Dolby Vision: which of its ways of coding. */
  dolbyVisionProfile: z.int().nonnegative().nullable(),
});
export type SourceColor = z.infer<typeof SourceColor>;

/** What HLS calls the range of light that a picture is coded for: SDR, or one of the two curves of HDR. */
export const VIDEO_RANGES = ["SDR", "PQ", "HLG"] as const;
export type VideoRange = (typeof VIDEO_RANGES)[number];

export function videoRangeOf({ transfer }: Pick<SourceColor, "transfer">): VideoRange {
  if (transfer === "smpte2084") return "PQ";
  return transfer === "arib-std-b67" ? "HLG" : "SDR";
}
