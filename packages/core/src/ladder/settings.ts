import { z } from "zod";
import { QUALITIES } from "./profiles.ts";

/** More sizes than this are more than any player tells apart. */
const MOST_RUNGS = 10;

/** The largest short side that is encoded: 4K. */
const LARGEST = 2160;

const shortSide = z
  .int()
  .min(16)
  .max(LARGEST)
  .multipleOf(2, { error: "The short side of a rung is an even number of pixels." });

const AskedRung = z.strictObject({
  shortSide,
  /** Of H.264; other codecs get their share of it. */
  maxBitrateKbps: z.int().min(50).max(100_000).optional(),
  /** On x264's scale; other codecs are moved by as much as it differs from the default. */
  crf: z.number().min(10).max(40).optional(),
});
export type AskedRung = z.infer<typeof AskedRung>;

const Ladder = z
  .strictObject({
    /** Larger pictures are made smaller. 1080 without it, unless `rungs` ask for more. */
    maxShortSide: shortSide.optional(),
    /** Exactly these, as far as the source is large enough, instead of those that are chosen otherwise. */
    rungs: z.array(AskedRung).min(1).max(MOST_RUNGS).optional(),
  })
  .refine(({ rungs = [] }) => new Set(rungs.map((rung) => rung.shortSide)).size === rungs.length, {
    path: ["rungs"],
    error: "Each rung needs a short side of its own.",
  })
  .refine(({ rungs = [], maxShortSide = LARGEST }) => rungs.every((rung) => rung.shortSide <= maxShortSide), {
    path: ["rungs"],
    error: "A rung is larger than maxShortSide allows.",
  });

/** What the owner of a video may ask of the sizes and codecs that it is encoded in. */
export const LadderSettings = z.strictObject({
  /** `optimized` tries scenes of the video first, and spends more work to save bits. */
  quality: z.enum(QUALITIES).default("standard"),
  /** Besides H.264, which is always made. */
  codecs: z
    .array(z.enum(["hevc", "av1"]))
    .max(2)
    .refine((codecs) => new Set(codecs).size === codecs.length, { error: "Each codec is named once." })
    .default([]),
  /** Of a source in HDR: made for SDR screens only, or kept in further renditions beside them (HEVC, ten bits). */
  hdr: z.enum(["sdr", "keep"]).default("sdr"),
  ladder: Ladder.prefault({}),
});
export type LadderSettings = z.infer<typeof LadderSettings>;
