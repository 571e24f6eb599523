import type { SourceColor } from "@telecine/core/source/color";
import { PRIMARIES } from "./primaries.ts";
import { type HdrCoding, REFERENCE_WHITE_NITS } from "./tone-map.ts";
import { HLG_NOMINAL_NITS } from "./transfer.ts";

/** What a picture's numbers mean, in ffmpeg's names. */
export interface ColorTags {
  readonly primaries: string;
  readonly transfer: string;
  readonly matrix: string;
}

export interface ColorCoding extends ColorTags {
  readonly range: "limited" | "full";
  /** Its sides do not divide by two: its chroma, if there is less of it, is no whole part of it. */
  readonly odd: boolean;
}

/** How the colour of a source becomes that of its renditions: in the limited range, and tagged with what it is then. */
export type ColorPlan = { readonly tags: ColorTags } & (
  | {
      readonly kind: "keep";
      /** Of the source: all that may have to change. */
      readonly range: ColorCoding["range"];
    }
  /** Red, green and blue, of the same meaning. */
  | { readonly kind: "rgb" }
  | { readonly kind: "convert"; readonly from: ColorCoding }
  | {
      readonly kind: "tone-map";
      readonly from: ColorCoding;
      readonly hdr: HdrCoding;
      /** What of it is told to screens of HDR, where it is kept. */
      readonly light: Pick<SourceColor, "masteringDisplay" | "contentLight">;
    }
);

export interface CodedPicture {
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly pix_fmt?: string | undefined;
}

/** What HDR is kept in: BT.2100, in the curve that it has. */
export function hdrTags({ transfer }: ColorCoding): ColorTags {
  return { primaries: "bt2020", transfer, matrix: "bt2020nc" };
}

export const BT709: ColorTags = { primaries: "bt709", transfer: "bt709", matrix: "bt709" };

/**
 * Decides what becomes of a source's colour. What it says of itself is believed, and brought to BT.709. Where it says
 * nothing its numbers stay, and get the tags of what players take such a picture for: so it looks as it did.
 */
export function planColor(color: SourceColor, picture: CodedPicture): ColorPlan {
  const coding = codingOf(color, picture);
  const hdr = hdrCodingOf(color, coding);
  const { masteringDisplay, contentLight } = color;
  if (hdr)
    return { kind: "tone-map", from: coding, hdr, light: { masteringDisplay, contentLight }, tags: BT709 };
  const keep = { kind: "keep", range: coding.range } as const;
  if (!isRgb(color, picture) && saysNothing(color)) return { ...keep, tags: conventionOf(picture) };
  const same = coding.primaries === "bt709" && isOrdinary(coding.transfer);
  if (same && coding.matrix === "gbr") return { kind: "rgb", tags: BT709 };
  if (same && coding.matrix === "bt709") return { ...keep, tags: BT709 };
  const transfer = isOrdinary(coding.transfer) ? "bt709" : coding.transfer;
  return { kind: "convert", from: { ...coding, transfer }, tags: BT709 };
}

/** Transfers and matrices that can be converted; the rest are taken for those of BT.709. */
const UNUSUAL_TRANSFERS = ["linear", "log100", "log316"];
const MATRICES = ["fcc", "bt470bg", "smpte170m", "smpte240m", "ycgco", "bt2020nc", "bt2020c", "ictcp", "gbr"];
const CONVERTIBLE = [
  ...["bt470m", "bt470bg", "smpte170m", "smpte240m", "film", "bt2020"],
  ...["smpte428", "smpte431", "smpte432", "ebu3213"],
];

/** SDR curves differ less than the screens that show them: all are shown alike. */
function isOrdinary(transfer: string): boolean {
  return !UNUSUAL_TRANSFERS.includes(transfer);
}

/** What a source says, completed by what follows from it. */
function codingOf(color: SourceColor, picture: CodedPicture): ColorCoding {
  const rgb = isRgb(color, picture);
  const wide = isHdr(color.transfer) || color.matrix?.startsWith("bt2020") === true;
  const primaries =
    CONVERTIBLE.find((name) => name === color.primaries) ?? (color.primaries ? "bt709" : null);
  return {
    primaries: primaries ?? (wide ? "bt2020" : "bt709"),
    transfer: color.transfer ?? "bt709",
    matrix: rgb ? "gbr" : matrixOf(color, primaries, wide),
    range: color.range ?? (rgb || isOfFullRange(picture) ? "full" : "limited"),
    odd: !rgb && [picture.width, picture.height].some((side = 0) => side % 2 === 1),
  };
}

/** A matrix that is not said is that which belongs to the primaries. */
function matrixOf({ matrix }: SourceColor, primaries: string | null, wide: boolean): string {
  if (matrix !== null) return MATRICES.find((name) => name === matrix) ?? "bt709";
  if (wide || primaries === "bt2020") return "bt2020nc";
  return primaries === "bt470bg" || primaries === "smpte170m" ? primaries : "bt709";
}

function isRgb({ matrix }: SourceColor, { pix_fmt: format = "" }: CodedPicture): boolean {
  return matrix === "gbr" || /^(gbr|rgb|bgr|0rgb|0bgr|argb|abgr|x2rgb|x2bgr|pal8)/.test(format);
}

/** Formats of old that say the range by their name. */
function isOfFullRange({ pix_fmt: format = "" }: CodedPicture): boolean {
  return format.startsWith("yuvj");
}

function saysNothing({ primaries, matrix, transfer }: SourceColor): boolean {
  return primaries === null && matrix === null && (transfer === null || isOrdinary(transfer));
}

function isHdr(transfer: string | null): boolean {
  return transfer === "smpte2084" || transfer === "arib-std-b67";
}

/** High definition begins above 576 lines, or at 1,280 pixels a line; 576 and 288 lines are European. */
function conventionOf({ width = 0, height = 0 }: CodedPicture): ColorTags {
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  if (short > 576 || long >= 1280) return BT709;
  const name = short === 576 || short === 288 ? "bt470bg" : "smpte170m";
  return { primaries: name, transfer: "smpte170m", matrix: name };
}

function hdrCodingOf(color: SourceColor, coding: ColorCoding): HdrCoding | undefined {
  if (!isHdr(color.transfer)) return undefined;
  const primaries = coding.primaries in PRIMARIES ? (coding.primaries as keyof typeof PRIMARIES) : "bt2020";
  if (color.transfer === "smpte2084") return { transfer: "pq", primaries, peak: peakOf(color) };
  return { transfer: "hlg", primaries, peak: HLG_NOMINAL_NITS };
}

/** Most of HDR is made for a thousand nits. */
const USUAL_PEAK_NITS = 1_000;

/** The lightest that a picture gets: as it says itself, else what its screen could show. */
function peakOf({ contentLight, masteringDisplay }: SourceColor): number {
  const stated = [contentLight?.maxCll, masteringDisplay?.maxLuminance].find((nits = 0) => nits > 0);
  return Math.min(Math.max(stated ?? USUAL_PEAK_NITS, REFERENCE_WHITE_NITS), 10_000);
}
