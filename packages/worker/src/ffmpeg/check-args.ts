import { JPEG_COLOR } from "./common.ts";
import { INIT_NAME, OUTPUT_FOLDER } from "./plan.ts";
import { words } from "./words.ts";

/** A part of what was made, to be decoded. */
export type Sample =
  /** All of a rendition or of the sound, by the playlist that the muxer wrote. */
  | { readonly kind: "whole"; readonly name: string }
  /** One fragment of it, up to so many frames. */
  | ({ readonly kind: "beginning"; readonly frames: number } & Fragment);

/** A file that begins with a keyframe, of the rendition of this name. */
interface Fragment {
  readonly name: string;
  readonly fragment: string;
}

/** A keyframe, and the JPEG that it becomes. */
export interface Still extends Fragment {
  readonly file: string;
}

/**
 * ffmpeg: decodes samples of what was made and prints a line for each decoded frame, stopping at the first error; and makes
 * a picture of a keyframe, in the same process: ffmpeg takes longer to start (0.06 s) than to do that.
 */
export function checkArgs(samples: readonly Sample[], still: Still): string[] {
  return [
    ...words`-hide_banner -nostdin -nostats -v error -xerror -y`,
    // Whether it decodes is asked, not how it looks; one thread does it with the least work.
    ...samples.flatMap((sample) => [...words`-threads 1 -skip_loop_filter all`, ...sampleArgs(sample)]),
    ...words`-threads 1 -skip_frame nokey`,
    ...fragmentArgs(still),
    ...samples.flatMap((_, index) => words`-map ${index}`),
    ...samples.flatMap(limitArgs),
    // Every frame counts, whatever rate is guessed. They are not hashed: what is wrapped is a pointer.
    ...words`-fps_mode passthrough -c:v wrapped_avframe -c:a pcm_s16le -f framecrc pipe:1`,
    ...words`-map ${samples.length}:v -vf scale=${JPEG_COLOR},format=yuvj420p -frames:v 1 -q:v 3`,
    ...words`-map_metadata -1 -bitexact -f mjpeg ${still.file}`,
  ];
}

function sampleArgs(sample: Sample): string[] {
  if (sample.kind === "beginning") return fragmentArgs(sample);
  return words`-protocol_whitelist file -allowed_extensions ALL -f hls -i ${OUTPUT_FOLDER}/${sample.name}/index.m3u8`;
}

function fragmentArgs({ name, fragment }: Fragment): string[] {
  const folder = `${OUTPUT_FOLDER}/${name}`;
  // The initialization says all that there is to know: a look ahead would decode frames twice.
  return words`-nofind_stream_info -protocol_whitelist concat,file -i concat:${folder}/${INIT_NAME}|${folder}/${fragment}`;
}

/** Not by `-frames`: ffmpeg would decode the rest all the same, and throw it away. */
function limitArgs(sample: Sample, index: number): string[] {
  return sample.kind === "beginning" ? words`-filter:${index} trim=end_frame=${sample.frames}` : [];
}
