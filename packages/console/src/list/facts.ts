import { dimensions, frameRate, size } from "../format.ts";
import type { Video } from "../video.ts";

/** What is known of a video's source, in the order of interest. */
export function factsOf({ width, height, frameRate: framesPerSecond, sizeBytes }: Video): string[] {
  return [
    width !== null && height !== null ? dimensions(width, height) : null,
    framesPerSecond !== null ? frameRate(framesPerSecond) : null,
    sizeBytes !== null ? size(sizeBytes) : null,
  ].filter((fact) => fact !== null);
}
