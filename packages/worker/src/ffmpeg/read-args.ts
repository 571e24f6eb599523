import { words } from "./words.ts";

/** A little more than the 36 megapixels that are accepted: decoders round a picture's sides up. */
const MAX_PIXELS = 40_000_000;

/**
 * What every reading of a source says first. A file that names other files or addresses (playlists, image sequences) is
 * no video here: its format is not on the list, and no protocol is open but the one that the source itself is read by.
 * Only MP4 is ever served (source/range-server.ts): it can name other files too, and ffmpeg follows no such name unasked.
 */
export function hardened(source: string): string[] {
  const protocols = isServed(source) ? "http,tcp" : "file";
  const formats = isServed(source) ? "mov" : "mov,matroska,mpegts,mpeg,avi,flv,ogg,asf,mxf,wav,mp3,aac,flac";
  return words`
    -protocol_whitelist ${protocols} -format_whitelist ${formats}
    -max_pixels ${MAX_PIXELS} -max_streams 64 -probesize 10M -analyzeduration 10M`;
}

/** How ffmpeg is told of a source, so that no name can be taken for an option or a protocol. */
export function addressOf(source: string): string {
  return isServed(source) ? source : `file:${source}`;
}

export function isServed(source: string): boolean {
  return source.startsWith("http://127.0.0.1:");
}

/** What is told of a screen and of light, by the container or within the pictures. */
const SIDE_DATA = [
  "side_data_type,red_x,red_y,green_x,green_y,blue_x,blue_y,white_point_x,white_point_y",
  "min_luminance,max_luminance,max_content,max_average",
].join();

/** What is asked of ffprobe, and nothing else: tags and side data are where hostile files are large. */
const PROBE_ENTRIES = [
  "format=format_name,start_time,duration,size,bit_rate",
  "format_tags",
  [
    "stream=index,codec_type,codec_name,profile,width,height,pix_fmt,sample_aspect_ratio,field_order",
    "color_range,color_space,color_transfer,color_primaries",
    "r_frame_rate,avg_frame_rate,start_time,duration,bit_rate,sample_fmt,sample_rate,channels,channel_layout",
  ].join(),
  "stream_tags=language,title",
  "stream_disposition=default,forced,attached_pic,comment,hearing_impaired,visual_impaired",
  `stream_side_data=rotation,dv_profile,dv_bl_signal_compatibility_id,${SIDE_DATA}`,
  "chapter=start_time,end_time",
  "chapter_tags=title",
].join(":");

/** ffprobe: what the container and its streams say of themselves, as JSON. */
export function probeArgs(source: string): string[] {
  return [
    ...words`-hide_banner -v error`,
    ...hardened(source),
    ...words`-print_format json -show_entries ${PROBE_ENTRIES} ${addressOf(source)}`,
  ];
}

/** ffprobe: when each packet is shown and for how long, one line each; nothing is decoded. */
export function packetArgs(source: string): string[] {
  const entries = "packet=stream_index,pts_time,dts_time,duration_time,size,flags";
  return [
    ...words`-hide_banner -v error`,
    ...hardened(source),
    ...words`-show_entries ${entries} -of csv=print_section=0 ${addressOf(source)}`,
  ];
}

/** Until here a keyframe comes in all that is not a recording begun midway. Of codecs without others it is a second. */
const FIRST_PACKETS = 24;

/** ffprobe: what the first keyframes of a picture say of themselves, as JSON; they are decoded. */
export function firstFramesArgs(source: string, streamIndex: number): string[] {
  const frame =
    "frame=interlaced_frame,top_field_first,color_range,color_space,color_transfer,color_primaries";
  const entries = `${frame}:frame_side_data=${SIDE_DATA}`;
  return [
    ...words`-hide_banner -v error -skip_frame nokey`,
    ...hardened(source),
    ...words`-select_streams ${streamIndex} -read_intervals %+#${FIRST_PACKETS}`,
    ...words`-print_format json -show_entries ${entries} ${addressOf(source)}`,
  ];
}
