import { running } from "./common.ts";
import { rungsGraph } from "./picture.ts";
import type { EncodePlan } from "./plan.ts";
import { addressOf, hardened } from "./read-args.ts";
import { seekArgs } from "./seek.ts";
import { trialEncoderArgs } from "./video-encoder.ts";
import { words } from "./words.ts";

/** Where a trial writes what became of a rung: a line for each of its frames. */
export function trialFile(index: number): string {
  return `trial-${index}.txt`;
}

/**
 * ffmpeg: the frames of a plan as its rungs would have them, without caps and without keeping them. The encoders measure
 * SSIM as they go, and say it at their end.
 */
export function trialArgs(plan: EncodePlan): string[] {
  return [
    ...running("info"),
    ...hardened(plan.source),
    // Over the files of the group before it, which have been read.
    ...words`-y -copyts -reinit_filter:v 0`,
    ...seekArgs(plan),
    ...words`-i ${addressOf(plan.source)} -filter_complex ${rungsGraph(plan)}`,
    ...plan.rungs.flatMap((rung, index) => [
      ...words`-map [v${index}] -fps_mode passthrough`,
      ...trialEncoderArgs(rung, plan.framesPerGroup),
      ...words`-f framecrc ${trialFile(index)}`,
    ]),
  ];
}

/** The bytes of all frames in a file that `-f framecrc` wrote: `0, -2, 0, 1, 69832, 0x0285f2a9` and so on. */
export function framesIn(text: string): { frames: number; bytes: number } {
  const sizes = text
    .split("\n")
    .filter((line) => /^\d/.test(line))
    .map((line) => Number(line.split(",")[4]));
  return { frames: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}

/** What x264 said of luma when it ended, `SSIM Mean Y:0.9694297 (15.147db)`: of each encoder, in the order of the outputs. */
export function ssimsIn(log: string): number[] {
  return [...log.matchAll(/SSIM Mean Y:([\d.]+)/g)].map(([, value]) => Number(value));
}
