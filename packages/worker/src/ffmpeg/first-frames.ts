import { z } from "zod";
import { SideData } from "./side-data.ts";

const text = z.string().optional().catch(undefined);
const flag = z.coerce.number().optional().catch(undefined);

const Frame = z.object({
  interlaced_frame: flag,
  top_field_first: flag,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  side_data_list: z.array(SideData).default([]),
});
type Frame = z.infer<typeof Frame>;

const Frames = z.object({ frames: z.array(Frame).default([]) });

/** What the first keyframes of a picture say of themselves, which containers do not repeat. */
export interface FirstFrames {
  /** The lines that are shown first, of interlaced ones; null where none is. */
  readonly fieldOrder: "top" | "bottom" | null;
  readonly color: Pick<Frame, "color_range" | "color_space" | "color_transfer" | "color_primaries">;
  readonly sideData: readonly SideData[];
}

/** Where nothing could be decoded. */
export const NO_FRAMES: FirstFrames = { fieldOrder: null, color: {}, sideData: [] };

/** Reads ffprobe's JSON. Throws a ZodError or SyntaxError when it is not what ffprobe writes. */
export function parseFirstFrames(json: string): FirstFrames {
  const { frames } = Frames.parse(JSON.parse(json));
  const [first] = frames;
  if (!first) return NO_FRAMES;
  const interlaced = frames.find(({ interlaced_frame }) => interlaced_frame === 1);
  const { color_range, color_space, color_transfer, color_primaries } = first;
  return {
    fieldOrder: interlaced ? (interlaced.top_field_first === 1 ? "top" : "bottom") : null,
    color: { color_range, color_space, color_transfer, color_primaries },
    sideData: frames.flatMap(({ side_data_list }) => side_data_list),
  };
}

export function hasClosedCaptions({ sideData }: FirstFrames): boolean {
  return sideData.some(({ side_data_type: type }) => type?.startsWith("ATSC A53"));
}

/** HDR10+: light is described anew for every scene. */
export function hasDynamicLight({ sideData }: FirstFrames): boolean {
  return sideData.some(({ side_data_type: type }) => type?.includes("SMPTE2094-40"));
}
