import type { ContentLight, MasteringDisplay } from "@telecine/core/source/color";
import { z } from "zod";

const number = z.coerce.number().optional().catch(undefined);
const count = z.coerce.number().int().nonnegative().optional().catch(undefined);
const fraction = z.string().optional().catch(undefined).transform(readFraction);

/** What a stream or a frame carries beside its data, as ffprobe writes it: of every kind, only what is used here. */
export const SideData = z.object({
  side_data_type: z.string().optional().catch(undefined),
  rotation: number,
  dv_profile: count,
  dv_bl_signal_compatibility_id: count,
  ...{ red_x: fraction, red_y: fraction, green_x: fraction, green_y: fraction },
  ...{ blue_x: fraction, blue_y: fraction, white_point_x: fraction, white_point_y: fraction },
  ...{ min_luminance: fraction, max_luminance: fraction },
  ...{ max_content: count, max_average: count },
});
export type SideData = z.infer<typeof SideData>;

/** `1/10000` as a number. Zero is one: the luminance of a black screen. */
function readFraction(text = ""): number | undefined {
  const match = /^(\d{1,9})\/([1-9]\d{0,8})$/.exec(text);
  return match ? Number(match[1]) / Number(match[2]) : undefined;
}

/** The screen that is described, if it is one that can be. */
export function masteringDisplayOf(list: readonly SideData[]): MasteringDisplay | null {
  return list.map(displayOf).find((display) => display !== null) ?? null;
}

function displayOf(data: SideData): MasteringDisplay | null {
  const red = point(data.red_x, data.red_y);
  const green = point(data.green_x, data.green_y);
  const blue = point(data.blue_x, data.blue_y);
  const white = point(data.white_point_x, data.white_point_y);
  const { min_luminance: minLuminance, max_luminance: maxLuminance } = data;
  if (!red || !green || !blue || !white || minLuminance === undefined || !maxLuminance) return null;
  return { red, green, blue, white, minLuminance, maxLuminance };
}

function point(x: number | undefined, y: number | undefined) {
  return x === undefined || y === undefined ? undefined : { x, y };
}

/** The light that is stated. Zero and zero is how a file says that it does not know. */
export function contentLightOf(list: readonly SideData[]): ContentLight | null {
  const { max_content: maxCll = 0, max_average: maxFall = 0 } = list.find(isLight) ?? {};
  return maxCll === 0 && maxFall === 0 ? null : { maxCll, maxFall };
}

function isLight({ max_content, max_average }: SideData): boolean {
  return max_content !== undefined || max_average !== undefined;
}
