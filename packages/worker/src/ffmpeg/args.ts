import type { Rung } from "@telecine/core/ladder/ladder";
import { formatRational, type Rational, toNumber } from "../rational.ts";

/**
 * What every reading of a source says first. A file that names other files or addresses (playlists, image sequences) is
 * no video here: its format is not on the list, and no protocol but `file:` is open.
 */
const HARDENED = [
  ["-protocol_whitelist", "file"],
  ["-format_whitelist", "mov,matroska,mpegts,mpeg,avi,flv,ogg,asf,mxf,wav,mp3,aac,flac"],
  ["-max_pixels", "36000000"],
  ["-max_streams", "64"],
  ["-probesize", "10M"],
  ["-analyzeduration", "10M"],
].flat();

/** What is asked of ffprobe, and nothing else: tags and side data are where hostile files are large. */
const PROBE_ENTRIES = [
  "format=format_name,start_time,duration,size,bit_rate",
  "format_tags",
  [
    "stream=index,codec_type,codec_name,profile,width,height,pix_fmt,sample_aspect_ratio,field_order",
    "r_frame_rate,avg_frame_rate,duration,bit_rate,sample_fmt,sample_rate,channels",
  ].join(),
  "stream_tags=language",
  "stream_disposition=default,attached_pic",
  "stream_side_data=rotation",
].join(":");

/** ffprobe: what the container and its streams say of themselves, as JSON. */
export function probeArgs(source: string): string[] {
  return [
    "-hide_banner",
    "-v",
    "error",
    ...HARDENED,
    "-print_format",
    "json",
    "-show_entries",
    PROBE_ENTRIES,
    `file:${source}`,
  ];
}

/** ffprobe: when each packet is shown and for how long, one line each; nothing is decoded. */
export function packetArgs(source: string): string[] {
  const entries = "packet=stream_index,pts_time,dts_time,duration_time,flags";
  return [
    "-hide_banner",
    "-v",
    "error",
    ...HARDENED,
    "-show_entries",
    entries,
    "-of",
    "csv=print_section=0",
    `file:${source}`,
  ];
}

/** How a source becomes its renditions. Every figure is exact: two runs of one plan give the same bytes. */
export interface EncodePlan {
  readonly source: string;
  readonly video: {
    readonly streamIndex: number;
    /** When its first picture is shown, on the file's clock: the zero of everything that is made. */
    readonly startSeconds: number;
    readonly interlaced: boolean;
  };
  readonly audio: { readonly streamIndex: number } | undefined;
  /** Constant, of every rendition. */
  readonly frameRate: Rational;
  readonly frameCount: number;
  readonly framesPerSegment: number;
  readonly framesPerGroup: number;
  /** Best first. */
  readonly rungs: readonly Rung[];
}

export const AUDIO = { name: "audio", sampleRate: 48_000, channels: 2, bitrateKbps: 128 } as const;

/** ffmpeg: all renditions and the sound from one decode, into the folder `out/<name>/` of each. */
export function encodeArgs(plan: EncodePlan): string[] {
  return [
    ...[
      "-hide_banner",
      "-nostdin",
      "-nostats",
      "-v",
      "warning",
      "-progress",
      "pipe:1",
      "-stats_period",
      "0.5",
    ],
    ...HARDENED,
    // The file's own clock, so that sound and picture are placed by what the packets say. A picture that changes its
    // size midway (screen sharing does) is scaled; a rebuilt filter graph would begin again at zero.
    ...["-copyts", "-reinit_filter:v", "0", "-i", `file:${plan.source}`],
    ...["-filter_complex", pictureGraph(plan)],
    ...plan.rungs.flatMap((rung, index) => renditionArgs(rung, index, plan)),
    ...(plan.audio ? audioArgs(plan, plan.audio.streamIndex) : []),
  ];
}

/** Each rung is scaled from the one above it: three quarters of the work of scaling each from the source. */
function pictureGraph({ video, frameRate, frameCount, rungs }: EncodePlan): string {
  const head = [
    `[0:${video.streamIndex}]setpts=${shifted(video.startSeconds)}`,
    ...(video.interlaced ? ["bwdif=mode=send_frame:deint=interlaced"] : []),
    `fps=fps=${formatRational(frameRate)}:start_time=0`,
    `trim=end_frame=${frameCount}`,
  ].join();
  const scaled = rungs.map(({ width, height }, index) => {
    const input = index === 0 ? `${head},` : `[from${index - 1}]`;
    // Cameras that use the full range are brought to the range that players expect, once.
    const range = index === 0 ? ":out_range=tv,setsar=1,format=yuv420p" : "";
    const outputs = index === rungs.length - 1 ? `[v${index}]` : `,split=2[v${index}][from${index}]`;
    return `${input}scale=${width}:${height}:flags=bicubic${range}${outputs}`;
  });
  return scaled.join(";");
}

/** Seconds become ticks by rounding: cutting them off would put two frames of a coarse clock onto one. */
function shifted(seconds: number): string {
  return `PTS-round(${seconds}/TB)`;
}

function renditionArgs(rung: Rung, index: number, plan: EncodePlan): string[] {
  return [
    ...[
      "-map",
      `[v${index}]`,
      "-fps_mode",
      "passthrough",
      "-c:v",
      "libx264",
      "-preset",
      "veryfast",
      "-profile:v",
      "high",
    ],
    ...["-crf", "23", "-maxrate", `${rung.maxBitrateKbps}k`, "-bufsize", `${rung.maxBitrateKbps * 2}k`],
    // Closed groups of one length in every rung. The encoder's threads decide its output, so their number is fixed.
    ...[
      "-g",
      String(plan.framesPerGroup),
      "-keyint_min",
      String(plan.framesPerGroup),
      "-sc_threshold",
      "0",
      "-threads",
      "3",
    ],
    ...packagingArgs(rung.name, plan),
  ];
}

/** The sound is as long as the picture: cut or continued in silence, because players stall where one of them ends. */
function audioArgs(plan: EncodePlan, streamIndex: number): string[] {
  const samples = Math.round((plan.frameCount / toNumber(plan.frameRate)) * AUDIO.sampleRate);
  const filters = [
    `asetpts=${shifted(plan.video.startSeconds)}`,
    `aresample=${AUDIO.sampleRate}:async=1:first_pts=0`,
    `aformat=channel_layouts=stereo`,
    `apad`,
    `atrim=end_sample=${samples}`,
  ];
  return [
    ...["-map", `0:${streamIndex}`, "-af", filters.join()],
    ...["-c:a", "aac", "-b:a", `${AUDIO.bitrateKbps}k`],
    ...packagingArgs(AUDIO.name, plan),
  ];
}

export const OUTPUT_FOLDER = "out";
export const INIT_NAME = "init.mp4";
export const SEGMENT_PATTERN = "%05d.m4s";

function packagingArgs(name: string, { framesPerSegment, frameRate }: EncodePlan): string[] {
  const folder = `${OUTPUT_FOLDER}/${name}`;
  // Cut off, not rounded: a boundary must never lie behind the frame that begins a segment.
  const segmentSeconds = Math.floor((framesPerSegment / toNumber(frameRate)) * 1e6) / 1e6;
  return [
    ...["-map_metadata", "-1", "-map_chapters", "-1", "-bitexact"],
    // Left alone, the muxer moves picture and sound to zero by different amounts (reordering, priming): 62 ms apart.
    ...["-avoid_negative_ts", "disabled"],
    ...[
      "-f",
      "hls",
      "-hls_segment_type",
      "fmp4",
      "-hls_playlist_type",
      "vod",
      "-hls_time",
      segmentSeconds.toFixed(6),
    ],
    ...["-hls_fmp4_init_filename", INIT_NAME, "-hls_segment_filename", `${folder}/${SEGMENT_PATTERN}`],
    `${folder}/index.m3u8`,
  ];
}

/** A part of what was made, to be decoded. */
export type Sample =
  /** All of a rendition or of the sound, by the playlist that the muxer wrote. */
  | { readonly kind: "whole"; readonly name: string }
  /** One segment of it. */
  | { readonly kind: "segment"; readonly name: string; readonly segment: string };

/**
 * ffmpeg: decodes samples of what was made and prints a line for each decoded frame, stopping at the first error. The
 * first sample's keyframes are described in `file` on the way, for choosing a poster.
 */
export function checkArgs(pictures: readonly Sample[], sound: Sample | undefined, file: string): string[] {
  const samples = sound ? [...pictures, sound] : pictures;
  const keyframes = `[0:v]split=2[all][keys];[keys]select=key,signalstats,metadata=mode=print:file=${file}[described]`;
  return [
    ...["-hide_banner", "-nostdin", "-nostats", "-v", "error", "-xerror"],
    ...samples.flatMap(sampleArgs),
    ...["-filter_complex", keyframes, "-map", "[all]"],
    ...samples.slice(1).flatMap((_, index) => ["-map", `${index + 1}`]),
    // Frames are counted, not hashed: what is wrapped is a pointer.
    ...["-c:v", "wrapped_avframe", "-c:a", "pcm_s16le", "-f", "framecrc", "pipe:1"],
    ...["-map", "[described]", "-f", "null", "-"],
  ];
}

/** ffmpeg: the keyframe number `keyframe` (from 0) of one segment as a JPEG. */
export function posterArgs(
  sample: Sample & { readonly kind: "segment" },
  keyframe: number,
  file: string,
): string[] {
  return [
    ...["-hide_banner", "-nostdin", "-nostats", "-v", "error", "-y", "-skip_frame", "nokey"],
    ...sampleArgs(sample),
    ...[
      "-vf",
      `select=eq(n\\,${keyframe}),scale=out_range=pc,format=yuvj420p`,
      "-frames:v",
      "1",
      "-q:v",
      "3",
    ],
    ...["-map_metadata", "-1", "-bitexact", "-f", "mjpeg", file],
  ];
}

function sampleArgs(sample: Sample): string[] {
  const folder = `${OUTPUT_FOLDER}/${sample.name}`;
  if (sample.kind === "whole") {
    return [
      "-protocol_whitelist",
      "file",
      "-allowed_extensions",
      "ALL",
      "-f",
      "hls",
      "-i",
      `${folder}/index.m3u8`,
    ];
  }
  return [
    "-protocol_whitelist",
    "concat,file",
    "-i",
    `concat:${folder}/${INIT_NAME}|${folder}/${sample.segment}`,
  ];
}
