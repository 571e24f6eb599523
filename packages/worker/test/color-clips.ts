import { bytes, ffmpeg, made, words } from "./clips.ts";

/** Patches of one colour each, side by side, as samples of luma and chroma in the depth of the clip. */
export type Patch = readonly [y: number, cb: number, cr: number];

export interface PatchClip {
  readonly name: string;
  readonly patches: readonly Patch[];
  readonly bits: 8 | 10;
  /** ffmpeg's, without spaces in an argument. */
  readonly tags: string;
  readonly encoder?: string;
  readonly height?: number;
  /** Frames become fields of half as many. */
  readonly interlaced?: boolean;
}

export const PATCH_WIDTH = 64;
const FRAMES = 10;
const LOSSLESS = "-c:v ffv1";

/** A short clip that shows the patches without any loss. */
export async function patchClip(clip: PatchClip): Promise<string> {
  const { name, patches, bits, tags, encoder = LOSSLESS, height = 128, interlaced = false } = clip;
  const frame = frameOf(patches, height, bits);
  const raw = await bytes(`${name}.yuv`, Buffer.concat(Array.from({ length: FRAMES }, () => frame)));
  const format = bits === 8 ? "yuv420p" : "yuv420p10le";
  const size = `${patches.length * PATCH_WIDTH}x${height}`;
  const fields = interlaced ? "-vf interlace=scan=tff:lowpass=0" : "";
  const recipe = `-f rawvideo -pix_fmt ${format} -s ${size} -r 25 -i ${raw} ${fields} ${encoder} ${tags}`;
  const args = words(recipe);
  return made(name, args, (path) => ffmpeg([...args, path]));
}

function frameOf(patches: readonly Patch[], height: number, bits: number): Buffer {
  const plane = (component: 0 | 1 | 2, lines: number, width: number) => {
    const line = patches.flatMap((patch) => Array<number>(width).fill(patch[component]));
    const samples = bits === 8 ? Uint8Array.from(line) : Uint16Array.from(line);
    return Array.from({ length: lines }, () => Buffer.from(samples.buffer));
  };
  return Buffer.concat([
    ...plane(0, height, PATCH_WIDTH),
    ...plane(1, height / 2, PATCH_WIDTH / 2),
    ...plane(2, height / 2, PATCH_WIDTH / 2),
  ]);
}
