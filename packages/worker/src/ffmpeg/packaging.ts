import { toNumber } from "@telecine/core/media/rational";
import { type EncodePlan, INIT_NAME, OUTPUT_FOLDER } from "./plan.ts";
import { words } from "./words.ts";

/** How a stream leaves ffmpeg: fragmented MP4, a file for each group of pictures or the sound beside it. */
export function packagingArgs(name: string, { framesPerGroup, firstFrame, frameRate }: EncodePlan): string[] {
  const folder = `${OUTPUT_FOLDER}/${name}`;
  // Cut off, not rounded: a boundary must never lie behind the frame that begins a group.
  const groupSeconds = Math.floor((framesPerGroup / toNumber(frameRate)) * 1e6) / 1e6;
  return [
    ...words`-map_metadata -1 -map_chapters -1 -bitexact`,
    // Left alone, the muxer moves picture and sound to zero by different amounts (reordering, priming): 62 ms apart.
    ...words`-avoid_negative_ts disabled`,
    // Without it the muxer counts from its own beginning, and tells of the rest in the initialization segment.
    ...(firstFrame > 0 ? words`-hls_segment_options movflags=+frag_discont` : []),
    ...words`-f hls -hls_segment_type fmp4 -hls_playlist_type vod -hls_time ${groupSeconds.toFixed(6)}`,
    ...words`-hls_fmp4_init_filename ${INIT_NAME} -hls_segment_filename ${folder}/f%05d.m4s ${folder}/index.m3u8`,
  ];
}
