import { join } from "node:path";
import { sample } from "../../scripts/lib/folders.ts";
import { run } from "../lib/usage.ts";

/** The sample is ten seconds long. */
export const SAMPLE_SECONDS = 10;

const QUIET = ["-hide_banner", "-nostdin", "-v", "error", "-y"];

/** A clip of about so many seconds: the beginning of the sample, or all of it as often as it takes. */
export async function makeClip(folder: string, seconds: number): Promise<string> {
  const clip = join(folder, `clip-${seconds}.mp4`);
  const loop = ["-stream_loop", String(loopsFor(seconds) - 1), "-i", sample];
  await run({ argv: ["ffmpeg", ...QUIET, ...loop, "-t", String(lengthOf(seconds)), "-c", "copy", clip] });
  return clip;
}

/** How often the sample is played. */
export function loopsFor(seconds: number): number {
  return Math.ceil(seconds / SAMPLE_SECONDS);
}

/** Longer clips are made of whole samples. */
export function lengthOf(seconds: number): number {
  return seconds <= SAMPLE_SECONDS ? seconds : loopsFor(seconds) * SAMPLE_SECONDS;
}
