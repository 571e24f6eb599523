import { z } from "zod";

/**
 * What the owner of a video wants of its outputs: a part of `POST /videos`, stored with the video, and told to every task.
 * What is left out has the default that is written here, also for videos that were made before a setting existed.
 */
export const Settings = z.strictObject({
  /** US dollars, as estimated before the work begins: a video that would cost more is refused. Without it, the stage's limit. */
  maxCostUsd: z.number().positive().max(10_000).optional(),
});
export type Settings = z.infer<typeof Settings>;

/** What a caller sends and what is stored: only what was asked for. */
export type SettingsInput = z.input<typeof Settings>;
