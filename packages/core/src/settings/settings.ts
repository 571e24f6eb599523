import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { LadderSettings } from "../ladder/settings.ts";

/**
 * What the owner of a video wants of its outputs: a part of `POST /videos`, stored with the video, and told to every task.
 * What is left out has the default that is written here, also for videos that were made before a setting existed.
 */
export const Settings = z.strictObject({
  /** US dollars, as estimated before the work begins: a video that would cost more is refused. Without it, the stage's limit. */
  maxCostUsd: z.number().positive().max(10_000).optional(),
  /** How loud its sound is: as in the source, or as streaming services have it (-16 LUFS, no peak above -1.5 dBTP). */
  loudness: z.enum(["keep", "normalize"]).default("keep"),
  /** Whether there is one file of it beside the streams: MP4, H.264 up to 1080p, with its default sound. */
  mp4: z.boolean().default(false),
  ...LadderSettings.shape,
});
export type Settings = z.infer<typeof Settings>;

/** What a caller sends and what is stored: only what was asked for. */
export type SettingsInput = z.input<typeof Settings>;

const DEFAULTS: Readonly<Record<string, unknown>> = Settings.parse({});

/** The settings without those that are as they would be unasked: what is stored. */
export function askedOf(settings: Settings): SettingsInput {
  const asked = Object.entries(settings).filter(([name, value]) => !isDeepStrictEqual(value, DEFAULTS[name]));
  return Object.fromEntries(asked);
}
