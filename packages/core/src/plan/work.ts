import { SPEED } from "./assumptions.ts";

/** One size and codec that is encoded. */
export interface Encode {
  readonly width: number;
  readonly height: number;
  readonly codec: "h264" | "hevc" | "av1";
  /** CPU for a pixel, beside H.264 as it was measured: x264 veryfast. */
  readonly work: number;
}

/** What is known of a source, or assumed, where it bears on the work. */
export interface SourceLook {
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  /** That are encoded. */
  readonly framesPerSecond: number;
  readonly sizeBytes: number;
  /** As ffprobe calls it; null when nobody knows. */
  readonly videoCodec: string | null;
  /** Tracks of sound that are encoded. */
  readonly soundTracks: number;
}

/** vCPU-seconds, on the vCPU that a task has, that a second of source takes. */
export interface Work {
  readonly decode: number;
  /** Everything but the sound: decoding, scaling, all encodes, checking. */
  readonly picture: number;
  readonly sound: number;
}

/** The ladder that was measured: 1080p, 720p, 480p and 360p of 16:9. */
const MEASURED_LADDER = 1920 * 1080 + 1280 * 720 + 854 * 480 + 640 * 360;
const MEASURED_SOURCE = 1920 * 1080;
const MEASURED_RATE = 30;

/** vCPU-seconds for a pixel of a frame. */
const DECODE = SPEED.decodeSeconds.value / (MEASURED_SOURCE * MEASURED_RATE);
const ENCODE = (SPEED.ladderSeconds.value - SPEED.decodeSeconds.value) / (MEASURED_LADDER * MEASURED_RATE);

/** Codecs that decode about as fast as H.264, or faster. */
const LIGHT = new Set(["h264", "hevc", "mpeg2video", "mpeg4", "vp8", "mjpeg"]);

/** The work on a second of source, in proportion to pixels and frames. */
export function workOf(source: SourceLook, encodes: readonly Encode[]): Work {
  const weight = LIGHT.has(source.videoCodec ?? "") ? 1 : SPEED.heavySourceWeight.value;
  const decode = source.width * source.height * source.framesPerSecond * DECODE * weight;
  const pixels = encodes.reduce((sum, { width, height, work }) => sum + width * height * work, 0);
  const picture = (decode + pixels * source.framesPerSecond * ENCODE) * (1 + SPEED.checkShare.value);
  const slowdown = SPEED.cloudSlowdown.value;
  return {
    decode: decode * slowdown,
    picture: picture * slowdown,
    sound: source.soundTracks * SPEED.soundSeconds.value * slowdown,
  };
}
