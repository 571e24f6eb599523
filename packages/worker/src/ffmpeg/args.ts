import type { Rung } from "@telecine/core/ladder/ladder";
import type { StoryboardPlan } from "@telecine/core/storyboard/storyboard";
import { formatRational, type Rational, toNumber } from "../rational.ts";
import { HARDENED } from "./read-args.ts";
import { words } from "./words.ts";

/** How a source becomes its renditions. Every figure is exact: two runs of one plan give the same segments, frame by frame. */
export interface EncodePlan {
  readonly source: string;
  readonly video: {
    readonly streamIndex: number;
    /** When its first picture is shown, on the file's clock: the zero of everything that is made. */
    readonly startSeconds: number;
    readonly interlaced: boolean;
  };
  readonly audio:
    | {
        readonly streamIndex: number;
        readonly startSeconds: number;
        /** Nobody knows what its channels are for: the first two are taken. */
        readonly unknownLayout: boolean;
      }
    | undefined;
  /** Constant, of every rendition. */
  readonly frameRate: Rational;
  readonly frameCount: number;
  readonly framesPerSegment: number;
  readonly framesPerGroup: number;
  /** Best first. */
  readonly rungs: readonly Rung[];
  readonly storyboard: StoryboardPlan;
}

export const AUDIO = { name: "audio", sampleRate: 48_000, channels: 2, bitrateKbps: 128 } as const;

/** Where an encode writes to, below the folder it runs in: `out/<name>/init.mp4`, `out/<name>/00000.m4s` and so on. */
export const OUTPUT_FOLDER = "out";
export const INIT_NAME = "init.mp4";
export const STORYBOARD_FOLDER = "storyboard";

/** No single block of memory above 512 MB is allocated: a frame of 36 megapixels needs 216. */
const RUNNING = words`
  -hide_banner -nostdin -nostats -v warning -progress pipe:1 -stats_period 0.5 -max_alloc ${512 * 1024 ** 2}`;

/** ffmpeg: the picture or the sound of a source, decoded in the form that an encode needs and thrown away. */
export function decodeArgs({ source, video, audio }: EncodePlan, what: "picture" | "sound"): string[] {
  const decoded =
    what === "picture"
      ? words`-map 0:${video.streamIndex} -vf format=yuv420p`
      : words`-map 0:${audio?.streamIndex ?? "a:0"} -af ${[...firstChannels(audio), "aformat=channel_layouts=stereo"].join()}`;
  return [...RUNNING, ...HARDENED, ...words`-i file:${source}`, ...decoded, ...words`-f null -`];
}

/** ffmpeg: the sound of a source alone, placed by the clock of its picture and in one form throughout. */
export function decodeSoundArgs({ source, video, audio }: EncodePlan, file: string): string[] {
  const filters = [
    `asetpts=${shifted(video.startSeconds)}`,
    ...firstChannels(audio),
    `aresample=${AUDIO.sampleRate}:async=1`,
    "aformat=channel_layouts=stereo",
    "atrim=start=0",
  ];
  return [
    ...RUNNING,
    ...HARDENED,
    ...words`-copyts -i file:${source} -map 0:${audio?.streamIndex ?? "a:0"} -af ${filters.join()}`,
    ...words`-c:a pcm_s16le -map_metadata -1 -bitexact -f matroska ${file}`,
  ];
}

/** ffmpeg: all renditions and the sound from one decode. */
export function encodeArgs(plan: EncodePlan): string[] {
  return [
    ...RUNNING,
    ...HARDENED,
    // The file's own clock, so that sound and picture are placed by what the packets say. A picture that changes its
    // size midway (screen sharing does) is scaled; a rebuilt filter graph would begin again at zero.
    ...words`-copyts -reinit_filter:v 0 -i file:${plan.source}`,
    ...(plan.rungs.length > 0 ? words`-filter_complex ${pictureGraph(plan)}` : []),
    ...plan.rungs.flatMap((rung, index) => renditionArgs(rung, index, plan)),
    ...(plan.audio ? audioArgs(plan, plan.audio) : []),
    ...(plan.rungs.length > 0 ? storyboardArgs() : []),
  ];
}

/** Each rung is scaled from the one above it: three quarters of the work of scaling each from the source. */
function pictureGraph({ video, frameRate, frameCount, rungs, storyboard }: EncodePlan): string {
  const head = [
    `[0:${video.streamIndex}]setpts=${shifted(video.startSeconds)}`,
    ...(video.interlaced ? ["bwdif=mode=send_frame:deint=interlaced"] : []),
    `fps=fps=${formatRational(frameRate)}:start_time=0`,
    `trim=end_frame=${frameCount}`,
  ].join();
  const scaled = rungs.map(({ width, height }, index) => {
    const input = index === 0 ? `${head},` : `[from${index - 1}]`;
    // Cameras that use the full range are brought to the range that players expect, once.
    const range = index === 0 ? ":out_range=tv" : "";
    const format = index === 0 ? ",format=yuv420p" : "";
    const outputs = `,split=2[v${index}][from${index}]`;
    // Square pixels in every rung: the even side of 854x480 is no reason to call them 1280:1281.
    return `${input}scale=${width}:${height}:flags=bicubic${range},setsar=1${format}${outputs}`;
  });
  return [...scaled, storyboardGraph(rungs.length - 1, storyboard)].join(";");
}

/** Every so many frames one of the smallest rung, made smaller still and put on sheets: next to no work beside the encode. */
function storyboardGraph(
  smallest: number,
  { framesPerTile, columns, rows, tileWidth, tileHeight }: StoryboardPlan,
): string {
  const tiles = `scale=${tileWidth}:${tileHeight}:flags=bicubic:out_range=pc,format=yuvj420p`;
  return `[from${smallest}]select=not(mod(n\\,${framesPerTile})),${tiles},tile=${columns}x${rows}[board]`;
}

function storyboardArgs(): string[] {
  const sheets = `${OUTPUT_FOLDER}/${STORYBOARD_FOLDER}/%03d.jpg`;
  return [
    ...words`-map [board] -fps_mode passthrough -c:v mjpeg -q:v 5 -map_metadata -1 -bitexact`,
    ...words`-f image2 -start_number 0 ${sheets}`,
  ];
}

/** Seconds become ticks by rounding: cutting them off would put two frames of a coarse clock onto one. */
function shifted(seconds: number): string {
  return `PTS-round(${seconds}/TB)`;
}

function renditionArgs({ name, maxBitrateKbps }: Rung, index: number, plan: EncodePlan): string[] {
  const group = plan.framesPerGroup;
  return [
    ...words`-map [v${index}] -fps_mode passthrough -c:v libx264 -preset veryfast -profile:v high`,
    ...words`-crf 23 -maxrate ${maxBitrateKbps}k -bufsize ${maxBitrateKbps * 2}k`,
    // Closed groups of one length in every rung. The encoder's threads cost memory each, so their number is fixed.
    ...words`-g ${group} -keyint_min ${group} -sc_threshold 0 -threads 3`,
    ...packagingArgs(name, plan),
  ];
}

/** Ten channels of a recorder, say: ffmpeg mixes only what it can name, and refuses the rest. */
function firstChannels(audio: EncodePlan["audio"]): string[] {
  return audio?.unknownLayout ? ["pan=stereo|c0=c0|c1=c1"] : [];
}

/** The sound is as long as the picture: cut or continued in silence, because players stall where one of them ends. */
function audioArgs(plan: EncodePlan, audio: NonNullable<EncodePlan["audio"]>): string[] {
  const { streamIndex, startSeconds } = audio;
  const zero = Math.max(startSeconds, plan.video.startSeconds);
  const toSamples = (seconds: number) => Math.round(seconds * AUDIO.sampleRate);
  const filters = [
    `asetpts=${shifted(zero)}`,
    ...firstChannels(audio),
    // What lies before zero is cut off, and gaps are filled; but a long silence before the first sound would be made in
    // one piece (1.4 GB an hour), so that is `adelay`'s.
    `aresample=${AUDIO.sampleRate}:async=1:first_pts=0`,
    `adelay=delays=${toSamples(zero - plan.video.startSeconds)}S:all=1`,
    "aformat=channel_layouts=stereo",
    "apad",
    `atrim=end_sample=${toSamples(plan.frameCount / toNumber(plan.frameRate))}`,
  ];
  return [
    ...words`-map 0:${streamIndex} -af ${filters.join()} -c:a aac -b:a ${AUDIO.bitrateKbps}k`,
    ...packagingArgs(AUDIO.name, plan),
  ];
}

function packagingArgs(name: string, { framesPerSegment, frameRate }: EncodePlan): string[] {
  const folder = `${OUTPUT_FOLDER}/${name}`;
  // Cut off, not rounded: a boundary must never lie behind the frame that begins a segment.
  const segmentSeconds = Math.floor((framesPerSegment / toNumber(frameRate)) * 1e6) / 1e6;
  return [
    ...words`-map_metadata -1 -map_chapters -1 -bitexact`,
    // Left alone, the muxer moves picture and sound to zero by different amounts (reordering, priming): 62 ms apart.
    ...words`-avoid_negative_ts disabled`,
    ...words`-f hls -hls_segment_type fmp4 -hls_playlist_type vod -hls_time ${segmentSeconds.toFixed(6)}`,
    ...words`-hls_fmp4_init_filename ${INIT_NAME} -hls_segment_filename ${folder}/%05d.m4s ${folder}/index.m3u8`,
  ];
}
