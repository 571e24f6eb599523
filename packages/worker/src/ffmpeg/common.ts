import { words } from "./words.ts";

/** No single block of memory above 512 MB is allocated: a frame of 36 megapixels needs 216. */
export function running(verbosity: "warning" | "info"): string[] {
  return words`
    -hide_banner -nostdin -nostats -v ${verbosity} -progress pipe:1 -stats_period 0.25 -max_alloc ${512 * 1024 ** 2}`;
}

export const RUNNING = running("warning");

/** Seconds become ticks by rounding: cutting them off would put two frames of a coarse clock onto one. */
export function shifted(seconds: number): string {
  return `PTS-round(${seconds}/TB)`;
}

/** For `scale`: the only colour that a JPEG can have (JFIF 1.02). */
export const JPEG_COLOR = "out_range=pc:out_color_matrix=bt601";
