/**
 * How video is encoded, as data. docs/encoding.md shows these tables, and a test holds it to them. "Measured" means: with
 * ffmpeg 5.1 (x264 164, x265 3.5, SVT-AV1 1.4.1) on two vCPUs, on excerpts of 3 to 8 seconds of four films, drawn and
 * photographed, at 240p to 1080p, quality by SSIM. No VMAF was measured.
 */

export const CODECS = ["h264", "hevc", "av1"] as const;
export type Codec = (typeof CODECS)[number];

export const QUALITIES = ["standard", "optimized"] as const;
export type Quality = (typeof QUALITIES)[number];

/** A size that a ladder may have. */
export interface Step {
  readonly shortSide: number;
  /** The most that H.264 may spend on it: of 16:9, at up to 30 frames a second. Constant quality usually spends less. */
  readonly maxBitrateKbps: number;
}

/**
 * Best first. Up to 1080p the caps are those of the ladder that was measured; neighbours differ by 1.75 to 2 times, which
 * a player notices and a viewer does too. Above 1080p they go on by the same law (bits grow with pixels to the power of
 * 0.75 to 0.85): not measured.
 */
export const STEPS: readonly Step[] = [
  { shortSide: 2160, maxBitrateKbps: 16_000 },
  { shortSide: 1440, maxBitrateKbps: 9000 },
  { shortSide: 1080, maxBitrateKbps: 5000 },
  { shortSide: 720, maxBitrateKbps: 2800 },
  { shortSide: 480, maxBitrateKbps: 1400 },
  { shortSide: 360, maxBitrateKbps: 800 },
  { shortSide: 240, maxBitrateKbps: 400 },
];

/** A way to run an encoder. CRF counts only beside its preset and parameters: the same number means another picture elsewhere. */
export interface Profile {
  readonly preset: string;
  readonly crf: number;
  readonly params: Readonly<Record<string, number>>;
  /** CPU for a pixel, beside the standard profile of H.264. */
  readonly work: number;
}

interface CodecProfile {
  /** The caps of this codec beside those of H.264. */
  readonly capShare: number;
  /** How far CRF moves where H.264's moves by one, for the same change of SSIM. */
  readonly crfStep: number;
  /** What a decision may come to where nobody asks for a CRF. */
  readonly crfRange: readonly [number, number];
  /** What the encoder takes: the shortest side, and the fewest frames a second. */
  readonly least: { readonly side: number; readonly framesPerSecond: number };
  /** What a CRF is a multiple of. */
  readonly crfGrain: number;
  readonly profiles: Readonly<Record<Quality, Profile>>;
}

export const PROFILES: Readonly<Record<Codec, CodecProfile>> = {
  h264: {
    capShare: 1,
    crfStep: 1,
    crfRange: [24, 29],
    least: { side: 16, framesPerSecond: 0 },
    crfGrain: 0.5,
    profiles: {
      // The fastest preset that wastes nothing: superfast needs 36 % more bits for the same SSIM.
      standard: { preset: "veryfast", crf: 23, params: {}, work: 1 },
      // 5 to 18 % fewer bits than standard at the same SSIM for 1.5 to 1.8 times the CPU. `fast` without the parameters
      // saves 1 to 8 % for 1.8 to 2.2 times, `medium` 8 to 11 % for 2.2 to 2.5 times, `slow` 8 to 19 % for 2.6 to 4.4.
      // CRF 26 here has the SSIM of standard, give or take half a decibel.
      optimized: { preset: "faster", crf: 26, params: { "rc-lookahead": 40, "aq-mode": 2 }, work: 1.6 },
    },
  },
  hevc: {
    // 0.62 to 0.85 of H.264's bits at the same SSIM, by the film; the median is 0.76.
    capShare: 0.75,
    // SSIM falls by 0.4 to 0.75 dB a step, as with x264.
    crfStep: 1,
    crfRange: [22, 32],
    least: { side: 16, framesPerSecond: 0 },
    crfGrain: 0.5,
    profiles: {
      // The SSIM of standard H.264 lies between CRF 23.1 and 26.5. `fast` and `medium` cost 1.4 times as much and save
      // 0 to 3 %: there is nothing to gain for optimized.
      standard: { preset: "veryfast", crf: 26, params: {}, work: 3.3 },
      optimized: { preset: "veryfast", crf: 26, params: {}, work: 3.3 },
    },
  },
  av1: {
    // 0.48 to 0.77 of H.264's bits with preset 10, 0.42 to 0.75 with 8; the medians are 0.68 and 0.57.
    capShare: 0.65,
    // SSIM falls by 0.16 to 0.31 dB a step, a third of x264's.
    crfStep: 3,
    crfRange: [32, 52],
    // SVT-AV1 refuses shorter sides; and below a frame a second it makes no second keyframe, or divides by zero.
    least: { side: 64, framesPerSecond: 1 },
    crfGrain: 1,
    profiles: {
      // The SSIM of standard H.264 lies anywhere between CRF 26 and 52, by the film; 38 is on the good side of the median.
      standard: { preset: "10", crf: 38, params: {}, work: 2.5 },
      optimized: { preset: "8", crf: 41, params: {}, work: 6 },
    },
  },
};
