import { type HdrCoding, toneMapper } from "./tone-map.ts";

/** Greys are then within a third of an 8-bit step of the curve, colours within a tenth in the mean. */
const SIDE = 65;

/** The table by which ffmpeg's `lut3d` maps HDR to SDR, in Adobe's .cube format: red changes fastest. */
export function toneMapCube(coding: HdrCoding): string {
  const map = toneMapper(coding);
  const steps = Array.from({ length: SIDE }, (_, index) => index / (SIDE - 1));
  const lines = steps.flatMap((blue) =>
    steps.flatMap((green) => steps.map((red) => map([red, green, blue]).map(format).join(" "))),
  );
  return `LUT_3D_SIZE ${SIDE}\n${lines.join("\n")}\n`;
}

function format(value: number): string {
  return value.toFixed(5);
}
