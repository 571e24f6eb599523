import type { PictureLoad } from "@telecine/core/media/load";
import { isTooFast, isTooLong } from "@telecine/core/media/limits";
import { measurePictures, type PictureMeasurement } from "@telecine/core/media/measure";
import { parseRational, toNumber } from "@telecine/core/media/rational";
import { isCutOff, type Span, type Timeline, toleratedLoss, union } from "@telecine/core/media/timeline";
import type { Timing } from "@telecine/core/plan/plan";
import { type Probe, type ProbeStream, soundsOf, statedRates, wordsOf } from "../ffmpeg/probe.ts";
import { Rejection } from "../task/outcome.ts";
import type { PacketTimeline } from "./timeline.ts";

/** What the packets of a source say of what is to be encoded. */
export interface Measurement extends PictureMeasurement {
  /** The sound that can be heard with it, the default track first. */
  readonly sounds: readonly Sound[];
  /** Tracks of words, in the order of the file. */
  readonly captions: readonly ProbeStream[];
  /** What a player would show as the length of the file. */
  readonly shownSeconds: number;
  /** What the pictures weigh; unknown where only the header was read. */
  readonly load: PictureLoad | undefined;
}

/** A track of sound, and when it begins. */
interface Sound {
  readonly stream: ProbeStream;
  readonly startSeconds: number;
}

/** Throws a {@link Rejection} when there is nothing to encode, too much of it, or less than the file's header promises. */
export function measureSource(probe: Probe, picture: ProbeStream, timeline: PacketTimeline): Measurement {
  const span = timeline.spans.get(picture.index);
  if (!span) throw new Rejection("source_corrupt");
  const pictures = measurePictures(span, timeline.pictureTimes, statedRates(picture));
  const { frameRate, durationSeconds } = pictures;
  if (isTooFast(toNumber(frameRate.rate))) throw new Rejection("source_frame_rate_unsupported");
  if (isTooLong(durationSeconds)) throw new Rejection("source_too_long");
  const promised = probe.format.duration;
  const whole = union(timeline);
  if (promised !== undefined && isCutOff(promised, whole)) throw new Rejection("source_truncated");
  return {
    ...pictures,
    sounds: soundsOf(probe).flatMap((stream) => audible(stream, span, timeline)),
    captions: wordsOf(probe).filter(({ index }) => isReadable(index, timeline)),
    shownSeconds: promised !== undefined && isLengthOf(promised, whole) ? promised : durationSeconds,
    load: timeline.load,
  };
}

function isLengthOf(promisedSeconds: number, { startSeconds, endSeconds }: Span): boolean {
  return promisedSeconds - (endSeconds - startSeconds) <= toleratedLoss(promisedSeconds);
}

/**
 * What the header alone says, for a task that makes a part of a video whose pictures were counted before: reading all
 * packets would read all of the file.
 */
export function measureHeader(probe: Probe, picture: ProbeStream, timing: Timing): Measurement {
  const rate = parseRational(timing.frameRate);
  if (!rate) throw new Error(`${timing.frameRate} is no frame rate.`);
  const durationSeconds = timing.frameCount / toNumber(rate);
  const span = { startSeconds: timing.startSeconds, endSeconds: timing.startSeconds + durationSeconds };
  const spans = new Map(probe.streams.flatMap((stream) => spanOf(stream)));
  return {
    frameRate: { rate, constant: isSteady(picture) },
    startSeconds: timing.startSeconds,
    durationSeconds,
    sounds: soundsOf(probe).flatMap((stream) => audible(stream, span, { spans })),
    captions: wordsOf(probe).filter(isShort),
    shownSeconds: probe.format.duration ?? durationSeconds,
    load: undefined,
  };
}

function spanOf({ index, start_time: startSeconds, duration }: ProbeStream): [number, Span][] {
  if (startSeconds === undefined || duration === undefined) return [];
  return [[index, { startSeconds, endSeconds: startSeconds + duration }]];
}

/** The rate that a stream's clock suggests is the one that its pictures keep on the whole. */
function isSteady(picture: ProbeStream): boolean {
  const [stated, average] = statedRates(picture).map(toNumber);
  return stated !== undefined && average !== undefined && Math.abs(stated - average) < stated * 0.001;
}

/** What nobody reads at once is no caption, and ffmpeg takes the square of the time that it is long. */
const MOST_BYTES_AT_ONCE = 65_536;

function isReadable(stream: number, { largestPackets }: PacketTimeline): boolean {
  const largest = largestPackets.get(stream) ?? 0;
  return largest > 0 && largest <= MOST_BYTES_AT_ONCE;
}

/** Where packets are not looked at: words of MP4 say their length in 16 bits, and those of QuickTime are read byte by byte. */
function isShort({ codec_name }: ProbeStream): boolean {
  return codec_name === "mov_text" || codec_name === "eia_608";
}

/** A sound track may be declared and empty, or end before the picture begins: it is then none. */
function audible(stream: ProbeStream, picture: Span, { spans }: Pick<Timeline, "spans">): Sound[] {
  const span = spans.get(stream.index);
  if (!span || span.endSeconds <= picture.startSeconds) return [];
  return [{ stream, startSeconds: span.startSeconds }];
}
