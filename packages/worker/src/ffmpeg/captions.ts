import { CAPTIONS_FOLDER, type EncodePlan } from "./plan.ts";
import { words } from "./words.ts";

/** Each track of words in an output of its own, as WebVTT on the file's clock: it costs no second reading of the file. */
export function captionArgs({ captions }: EncodePlan): string[] {
  return captions.flatMap(({ name, streamIndex }) => [
    ...words`-map 0:${streamIndex} -c:s webvtt -map_metadata -1 -bitexact`,
    ...words`-f webvtt ${CAPTIONS_FOLDER}/${name}.vtt`,
  ]);
}
