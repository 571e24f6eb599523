import { z } from "zod";

/** How loud the sound is (EBU R 128): known only once it was heard from beginning to end. */
export const Loudness = z.strictObject({
  /** LUFS: the whole programme. */
  integratedLufs: z.number(),
  /** LU: between its quiet and its loud parts. */
  rangeLu: z.number().nonnegative(),
  /** dBTP: the highest peak, between samples too. */
  truePeakDbtp: z.number(),
});
export type Loudness = z.infer<typeof Loudness>;

/** The cuts that are told of at most; a film has one to two thousand. */
export const MAX_SCENE_CUTS = 2_000;

/** Where the picture changes from one frame to the next. */
export const SceneCuts = z.strictObject({
  /** Of all, also of those that are not told. */
  count: z.int().nonnegative(),
  /** Seconds from the first picture, ascending. */
  times: z.array(z.number().nonnegative()).max(MAX_SCENE_CUTS),
});
export type SceneCuts = z.infer<typeof SceneCuts>;

export const Chapter = z.strictObject({
  startSeconds: z.number(),
  endSeconds: z.number(),
  /** Hostile until escaped. */
  title: z.string().nullable(),
});
export type Chapter = z.infer<typeof Chapter>;
