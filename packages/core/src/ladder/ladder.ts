import { z } from "zod";
import { VIDEO_RANGES } from "../source/color.ts";
import { type Codec, CODECS, QUALITIES } from "./profiles.ts";

/** Why a rung is made. */
const KEPT = [
  /** The largest that the picture and the settings allow. */
  "top",
  /** A step of the ladder: far enough below the one above it. */
  "step",
  /** Asked for in the settings. */
  "asked",
] as const;

/** Why a rung is not made. */
const DROPPED = [
  /** The picture has fewer lines: nothing is ever made larger. */
  "larger_than_source",
  /** `maxShortSide` of the settings, or its default. */
  "above_limit",
  /** It would spend more than 0.8 of what the rung above spends: a smaller picture for the same connection. */
  "too_close",
  /** The rung above already fits the slowest connection that the ladder is made for. */
  "nothing_slower",
  /** The codec's encoder takes no pictures that are so small or come so seldom. */
  "not_encodable",
] as const;

/** `1080p` in H.264, `1080p-hevc` in another codec, `1080p-hdr` as HDR; also the folder of the rendition. */
export const RUNG_NAME = /^[0-9]+p(-(hevc|av1|hdr))?$/;

/** HDR is made in HEVC alone. */
const HDR = "hdr";

export function isHdr(name: string): boolean {
  return name.endsWith(`-${HDR}`);
}

export function hdrName(name: string): string {
  return `${name}-${HDR}`;
}

/** The codec of a rung, which its name tells. */
export function codecOf(name: string): Codec {
  if (isHdr(name)) return "hevc";
  const [, suffix] = name.split("-");
  return CODECS.find((codec) => codec === suffix) ?? "h264";
}

const kbps = z.int().positive();

/** One size and codec that a video is encoded in. */
export const Rung = z.strictObject({
  name: z.string().regex(RUNG_NAME),
  codec: z.enum(CODECS),
  videoRange: z.enum(VIDEO_RANGES).default("SDR"),
  width: z.int().positive(),
  height: z.int().positive(),
  quality: z.enum(QUALITIES),
  crf: z.number(),
  /** The most that rate control may spend. */
  maxBitrateKbps: kbps,
  reason: z.enum(KEPT),
  /** What a ladder of fixed bitrates spends on this size: H.264's cap for it, whatever the source. */
  fixedBitrateKbps: kbps,
  /** What it is expected to come to; null where nothing was tried. */
  predictedBitrateKbps: kbps.nullable(),
  /** How like the source it is expected to look: -10 log10(1 - SSIM) of luma, at its own size. */
  predictedSsimDb: z.number().nullable(),
});
export type Rung = z.infer<typeof Rung>;

export const DroppedRung = z.strictObject({
  name: z.string().regex(RUNG_NAME),
  reason: z.enum(DROPPED),
});
export type DroppedRung = z.infer<typeof DroppedRung>;

/**
 * What a video is encoded in, and why: decided once for a video, also where several tasks encode it, and stored as a
 * document, so that all of them go by the same words.
 */
export const Ladder = z.strictObject({
  /** H.264 first, then each codec that was asked for, then HDR; each best first. */
  rungs: z.array(Rung).min(1),
  dropped: z.array(DroppedRung),
});
export type Ladder = z.infer<typeof Ladder>;
