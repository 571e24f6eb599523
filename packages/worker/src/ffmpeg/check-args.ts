import { JPEG_COLOR } from "./common.ts";
import { INIT_NAME, OUTPUT_FOLDER } from "./plan.ts";
import { words } from "./words.ts";

/** A part of what was made, to be decoded. */
export type Sample =
  /** All of a rendition or of the sound, by the playlist that the muxer wrote. */
  | { readonly kind: "whole"; readonly name: string }
  /** One fragment of it. */
  | { readonly kind: "segment"; readonly name: string; readonly segment: string };

/**
 * ffmpeg: decodes samples of what was made and prints a line for each decoded frame, stopping at the first error. The
 * first sample's keyframes are described in a file on the way, for choosing a poster.
 */
export function checkArgs(samples: readonly Sample[], keyframesFile: string): string[] {
  return [
    ...words`-hide_banner -nostdin -nostats -v error -xerror`,
    // Whether it decodes is asked, not how it looks; one thread does it with the least work.
    ...samples.flatMap((sample) => [...words`-threads 1 -skip_loop_filter all`, ...inputArgs(sample)]),
    ...words`-filter_complex ${describing(keyframesFile)} -map [all]`,
    ...samples.slice(1).flatMap((_, index) => words`-map ${index + 1}`),
    // Frames are counted, not hashed: what is wrapped is a pointer.
    ...words`-c:v wrapped_avframe -c:a pcm_s16le -f framecrc pipe:1`,
    ...words`-map [described] -f null -`,
  ];
}

function describing(file: string): string {
  return `[0:v]split=2[all][keys];[keys]select=key,signalstats,blurdetect,metadata=mode=print:file=${file}[described]`;
}

/** ffmpeg: the keyframe that a fragment begins with as a JPEG. */
export function posterArgs(sample: Sample & { readonly kind: "segment" }, file: string): string[] {
  const filters = `scale=${JPEG_COLOR},format=yuvj420p`;
  return [
    ...words`-hide_banner -nostdin -nostats -v error -y -threads 1 -skip_frame nokey`,
    ...inputArgs(sample),
    ...words`-vf ${filters} -frames:v 1 -q:v 3 -map_metadata -1 -bitexact -f mjpeg ${file}`,
  ];
}

function inputArgs(sample: Sample): string[] {
  const folder = `${OUTPUT_FOLDER}/${sample.name}`;
  if (sample.kind === "whole") {
    return words`-protocol_whitelist file -allowed_extensions ALL -f hls -i ${folder}/index.m3u8`;
  }
  return words`-protocol_whitelist concat,file -i concat:${folder}/${INIT_NAME}|${folder}/${sample.segment}`;
}
