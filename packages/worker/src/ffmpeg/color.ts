import type { Rung } from "@telecine/core/ladder/ladder";
import { BT709, type ColorCoding, type ColorPlan, type ColorTags, hdrTags } from "../color/plan.ts";
import { TONE_MAP_FILE } from "./plan.ts";

type Size = Pick<Rung, "width" | "height">;

/** What makes a picture smaller. The curve is that of `scale`; this filter needs less time, and places chroma better. */
export function smaller({ width, height }: Size): string {
  return `zscale=width=${width}:height=${height}:filter=bicubic:param_a=0:param_b=0.6,setsar=1`;
}

/** What makes a source's picture one of a rung's size in the colour that is planned, 8 bits deep. */
export function firstScale(size: Size, color: ColorPlan): string[] {
  return [...converted(size, color), "setsar=1", "format=yuv420p", tagged(color.tags)];
}

/** What makes a picture in HDR one of a rung's size that stays so, 10 bits deep. */
export function firstHdrScale({ width, height }: Size, { from: coding }: ToneMap): string[] {
  const tags = hdrTags(coding);
  return [
    ...whole(coding),
    `zscale=width=${width}:height=${height}:filter=bicubic:${from(coding)}:${to(tags)}`,
    ...["setsar=1", "format=yuv420p10le", tagged(tags)],
  ];
}

function converted({ width, height }: Size, color: ColorPlan): string[] {
  const scale = `scale=${width}:${height}:flags=bicubic`;
  // Cameras that use the full range are brought to the range that players expect, once.
  const ranged = `${scale}:out_range=tv`;
  const zscale = `zscale=width=${width}:height=${height}:filter=bicubic`;
  switch (color.kind) {
    case "keep":
      // Told of a range, it copies also what has the size already.
      return [color.range === "full" ? ranged : scale];
    case "rgb":
      return [`${ranged}:out_color_matrix=bt709`];
    case "convert":
      return [...whole(color.from), `${zscale}:${from(color.from)}:${to(BT709)}`];
    case "tone-map":
      return [
        ...whole(color.from),
        // Scaled first: the rest is work for each pixel.
        `${zscale}:${from(color.from)}:matrix=gbr:range=full`,
        "format=gbrpf32le",
        `lut3d=file=${TONE_MAP_FILE}:interp=tetrahedral`,
        `zscale=filter=bicubic:${from(MAPPED)}:${to(BT709)}:dither=error_diffusion`,
      ];
  }
}

/** What `zscale` calls a matrix. */
const MATRIX_NAMES: Readonly<Record<string, string>> = { smpte240m: "smpte2400m" };

type ToneMap = Extract<ColorPlan, { kind: "tone-map" }>;

/** What comes out of the table. */
const MAPPED = { ...BT709, matrix: "gbr", range: "full" } as const;

/** `zscale` takes no odd sizes with less chroma than luma. */
function whole({ odd }: ColorCoding): string[] {
  return odd ? ["format=yuv444p16le"] : [];
}

function from({ primaries, transfer, matrix, range }: Omit<ColorCoding, "odd">): string {
  const names = [`primariesin=${primaries}`, `transferin=${transfer}`];
  return [...names, `matrixin=${MATRIX_NAMES[matrix] ?? matrix}`, `rangein=${range}`].join(":");
}

function to({ primaries, transfer, matrix }: ColorTags): string {
  return `primaries=${primaries}:transfer=${transfer}:matrix=${matrix}:range=limited`;
}

/** Said to the frames, and so by every encoder to its stream. */
function tagged({ primaries, transfer, matrix }: ColorTags): string {
  return `setparams=range=tv:color_primaries=${primaries}:color_trc=${transfer}:colorspace=${matrix}`;
}
