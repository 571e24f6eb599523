import { readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Still } from "../ffmpeg/check-args.ts";
import { type EncodePlan, LOOKS_FILE, OUTPUT_FOLDER } from "../ffmpeg/plan.ts";
import type { Output } from "../verify/output.ts";
import { fragmentsOf, invalid, type MeasuredFile, type MeasuredTrack } from "../verify/track.ts";

/** A poster need not be larger than this short side, in pixels. */
const POSTER_SHORT_SIDE = 720;

/** Luma, 16 to 235: what a keyframe looks like from far away. */
export interface Look {
  readonly average: number;
  /** The 10th and 90th percentile. */
  readonly low: number;
  readonly high: number;
  /** How wide its edges are, in pixels of the smallest rendition (ffmpeg's `blurdetect`); 0 where it has none. */
  readonly blur: number;
}

/** Reads what ffmpeg's `signalstats` and `blurdetect` printed of each keyframe, in order. */
export function parseLooks(text: string): Look[] {
  return text
    .split(/^frame:/m)
    .slice(1)
    .map((block) => ({
      average: statOf(block, "signalstats.YAVG"),
      low: statOf(block, "signalstats.YLOW"),
      high: statOf(block, "signalstats.YHIGH"),
      blur: statOf(block, "blur"),
    }));
}

function statOf(block: string, name: string): number {
  return Number(new RegExp(`lavfi\\.${name.replace(".", "\\.")}=([\\d.]+)`).exec(block)?.[1] ?? 0);
}

/** Where a good picture is likely: titles and fades lie before, credits after. */
const FAVOURED = { from: 0.05, to: 0.5, bonus: 20 } as const;

/**
 * Sharp pictures of a film have edges of 4 to 6 pixels at 240 lines; blurred by a Gauss curve of sigma 2 they have 7, of
 * sigma 4 11, of sigma 8 20 (measured on Big Buck Bunny). What is clearly blurred loses a third of a good contrast.
 */
const BLURRED = { above: 6, penalty: 8 } as const;

/** Below every picture that there is. */
const WORST = -1000;

/** The part of a video that keyframes are from, as shares of its length. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A keyframe for a poster, and what it is worth beside those of other parts. */
export interface Chosen {
  /** Relative to the output folder. */
  readonly key: string;
  readonly still: Still;
  readonly score: number;
}

/** The keyframe that tells most: much contrast, neither dark nor washed out nor blurred, rather from the first half. */
export function choosePoster(
  looks: readonly Look[],
  { from, to }: Stretch = { from: 0, to: 1 },
): { keyframe: number; score: number } {
  const scores = looks.map((look, index) => {
    const place = from + (index / looks.length) * (to - from);
    const favour = place >= FAVOURED.from && place <= FAVOURED.to ? FAVOURED.bonus : 0;
    const blur = Math.max(0, look.blur - BLURRED.above) * BLURRED.penalty;
    return look.high - look.low - Math.abs(look.average - 115) * 0.5 - blur + favour;
  });
  const score = Math.max(WORST, ...scores);
  return { keyframe: Math.max(scores.indexOf(score), 0), score };
}

/** Chooses by what the encode wrote of its keyframes: one of them becomes the poster, without a second look at the source. */
export async function findPoster(
  { firstFrame, frameCount, totalFrames, filePrefix }: EncodePlan,
  output: Output,
  folder: string,
): Promise<Chosen> {
  const looks = parseLooks(await readFile(join(folder, LOOKS_FILE), "utf8"));
  const stretch = { from: firstFrame / totalFrames, to: (firstFrame + frameCount) / totalFrames };
  const { keyframe, score } = choosePoster(looks, stretch);
  const key = `${filePrefix}poster.jpg`;
  return { key, score, still: { ...locate(posterTrack(output), keyframe), file: `${OUTPUT_FOLDER}/${key}` } };
}

/** The poster as it was made. Throws a TaskFailure when there is none. */
export async function measurePoster(
  { key, score }: Chosen,
  folder: string,
): Promise<MeasuredFile & { score: number }> {
  const { size } = await stat(join(folder, OUTPUT_FOLDER, key));
  if (size === 0) throw invalid("the poster is empty");
  return { key, sizeBytes: size, score };
}

function posterTrack({ renditions }: Output): MeasuredTrack {
  const fits = ({ description: { width, height } }: MeasuredTrack) =>
    Math.min(width, height) <= POSTER_SHORT_SIDE;
  const track = renditions.find(fits) ?? renditions[0];
  if (!track) throw invalid("there is no picture to take a poster from");
  return track;
}

/** The fragment that begins with the keyframe of this number: each has one. */
function locate({ name, segments }: MeasuredTrack, number: number) {
  const fragments = fragmentsOf(segments);
  const { file } = fragments[number] ?? segments[0].fragments[0];
  return { name, fragment: basename(file) };
}
