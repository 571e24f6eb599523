import { run } from "../lib/usage.ts";

/** A clip whose every picture says its own number, as stripes that outlive any scaling: white is 1, black 0. */
export interface NumberedClip {
  readonly file: string;
  readonly framesPerSecond: number;
}

const BITS = 10;
const SIZE = "640x360";
const FRAMES_PER_SECOND = 24;

export async function makeNumberedClip(file: string, seconds: number): Promise<NumberedClip> {
  const stripe = `floor(X*${BITS}/W)`;
  const luma = `lum='if(bitand(floor(N/pow(2,${stripe})),1),235,16)':cb=128:cr=128`;
  const source = `color=s=${SIZE}:r=${FRAMES_PER_SECOND}:d=${seconds},format=yuv420p,geq=${luma}`;
  const codec = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"];
  await run({ argv: ["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", source, ...codec, file] });
  return { file, framesPerSecond: FRAMES_PER_SECOND };
}

/** The number that a picture says: 8-bit luma, in rows of `width`. */
export function readNumber(luma: Uint8Array, width: number): number {
  const height = luma.length / width;
  const bits = Array.from({ length: BITS }, (_, bit) => {
    const x = Math.floor(((bit + 0.5) * width) / BITS);
    const y = Math.floor(height / 2);
    return (luma[y * width + x] ?? 0) > 127 ? 1 : 0;
  });
  return bits.reduce<number>((number, value, bit) => number + value * 2 ** bit, 0);
}
