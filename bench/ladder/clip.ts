import { join } from "node:path";
import { sample } from "../../scripts/lib/folders.ts";
import { run } from "../lib/usage.ts";

/** What clips are made of. */
export interface Footage {
  readonly file: string;
  readonly seconds: number;
}

/** The clip of the repository. */
export const SAMPLE: Footage = { file: sample, seconds: 10 };

/** Ten seconds of 1080p at 24 frames a second, and of the rungs below, are 1.3 GB of raw pictures. */
const MOST_SECONDS = 60;

const QUIET = ["-hide_banner", "-nostdin", "-v", "error"];

/** Anybody's video. Rejects when it cannot be read or is too long. */
export async function openFootage(file: string): Promise<Footage> {
  const asked = ["-select_streams", "v:0", "-show_entries", "stream=duration:format=duration"];
  const argv = ["ffprobe", "-v", "error", ...asked, "-of", "default=nokey=1:noprint_wrappers=1", file];
  const { output } = await run({ argv, output: "collected" });
  // Of its picture, where the container tells: the sound may be longer, and a clip is whole pictures.
  const seconds = output
    .toString()
    .split("\n")
    .map(Number)
    .find((value) => value > 0);
  if (seconds === undefined) throw new Error(`${file} does not say how long it is. Give an MP4 or MOV.`);
  if (seconds > MOST_SECONDS)
    throw new Error(
      `${file} is ${Math.round(seconds)} s long. Give one of at most ${MOST_SECONDS} s: its pictures are kept raw.`,
    );
  return { file, seconds };
}

/** Makes a clip of about so many seconds: the beginning of some footage, or all of it as often as it takes. */
export async function makeClip(folder: string, seconds: number, footage: Footage): Promise<string> {
  const clip = join(folder, `clip-${seconds}.mp4`);
  const loop = ["-stream_loop", String(loopsFor(seconds, footage) - 1), "-i", footage.file];
  const length = String(lengthOf(seconds, footage));
  await run({ argv: ["ffmpeg", ...QUIET, "-y", ...loop, "-t", length, "-c", "copy", clip] });
  return clip;
}

/** How often the footage is played. */
export function loopsFor(seconds: number, footage: Footage): number {
  return Math.ceil(seconds / footage.seconds);
}

/** Longer clips are made of the whole footage. */
export function lengthOf(seconds: number, footage: Footage): number {
  return seconds <= footage.seconds ? seconds : loopsFor(seconds, footage) * footage.seconds;
}
