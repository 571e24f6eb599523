import { sum } from "../lib/statistics.ts";
import { runNicely } from "../lib/usage.ts";

/** How like two films are: the mean SSIM of all frames, in decibels. Each is what ffmpeg is told before its filters. */
export async function meanSsim(
  ffmpeg: string,
  one: readonly string[],
  other: readonly string[],
): Promise<number> {
  const compared = [...one, ...other, "-lavfi", "[0:v][1:v]ssim=stats_file=-", "-f", "null", "-"];
  const { output } = await runNicely({ argv: [ffmpeg, "-v", "error", ...compared], output: "collected" });
  return readSsim(output.toString());
}

/** From what ffmpeg's `ssim` says of each frame. */
export function readSsim(text: string): number {
  const values = [...text.matchAll(/All:([\d.]+)/g)].map(([, value]) => Number(value));
  if (values.length === 0) throw new Error("No frame was compared.");
  return -10 * Math.log10(1 - sum(values) / values.length);
}
