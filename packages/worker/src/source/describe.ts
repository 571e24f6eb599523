import type { FrameRate } from "@telecine/core/media/frame-rate";
import { languageTag } from "@telecine/core/media/language";
import { formatRational } from "@telecine/core/media/rational";
import type { SourceColor } from "@telecine/core/source/color";
import type { Chapter } from "@telecine/core/source/measured";
import type { EncodedAudio, EncodedCaptions, SourceInfo, SourceTrack } from "@telecine/core/task/contract";
import { cleanText, cut as cutText } from "@telecine/core/util/text";
import { type FirstFrames, hasClosedCaptions } from "../ffmpeg/first-frames.ts";
import { displaySize, isInterlaced, type Probe, type ProbeStream, rotationOf } from "../ffmpeg/probe.ts";

const MAX_TAGS = 64;
const MAX_TAG_CHARACTERS = 256;
const MAX_CHAPTERS = 256;
/** As much as a player's menu shows. */
const MAX_TITLE_CHARACTERS = 64;

export interface Described {
  readonly probe: Probe;
  readonly picture: ProbeStream;
  readonly first: FirstFrames;
  readonly color: SourceColor;
  readonly sound: ProbeStream | undefined;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
  readonly frameRate: FrameRate;
}

/**
 * What the source is, for its owner; what only an encode finds out is null. Strings come from the file: made one line and
 * cut in length here, escaped by whoever shows them.
 */
export function describeSource(source: Described): SourceInfo {
  const { probe, picture, first, color, sound, sizeBytes, durationSeconds, frameRate } = source;
  const shown = frameRate.constant ? frameRate.rate : (picture.avg_frame_rate ?? frameRate.rate);
  return {
    container: probe.format.format_name,
    durationSeconds,
    sizeBytes,
    bitrate: probe.format.bit_rate ?? Math.round((sizeBytes * 8) / durationSeconds),
    ...displaySize(picture),
    rotation: rotationOf(picture),
    frameRate: formatRational(shown),
    constantFrameRate: frameRate.constant,
    interlaced: isInterlaced(picture, first),
    fieldOrder: first.fieldOrder,
    color,
    videoCodec: picture.codec_name ?? "unknown",
    audioCodec: sound?.codec_name ?? null,
    ...{ loudness: null, sceneCuts: null },
    chapters: describeChapters(probe),
    closedCaptions: hasClosedCaptions(first),
    tracks: probe.streams.map(describeTrack),
    tags: describeTags(probe.format.tags),
  };
}

function describeChapters({ chapters }: Probe): Chapter[] {
  return chapters.slice(0, MAX_CHAPTERS).flatMap(({ start_time, end_time, tags }) => {
    if (start_time === undefined || end_time === undefined) return [];
    return [{ startSeconds: start_time, endSeconds: end_time, title: line(tags.title) }];
  });
}

function describeTrack(stream: ProbeStream): SourceTrack {
  const rate = stream.avg_frame_rate ?? stream.r_frame_rate;
  const { sample_aspect_ratio: aspect } = stream;
  const kind = kindOf(stream);
  return {
    index: stream.index,
    kind,
    codec: line(stream.codec_name),
    profile: line(stream.profile),
    language: line(stream.tags.language),
    title: line(stream.tags.title),
    isDefault: stream.disposition.default === 1,
    isForced: stream.disposition.forced === 1,
    isHearingImpaired: stream.disposition.hearing_impaired === 1,
    bitrate: stream.bit_rate ?? null,
    width: stream.width ?? null,
    height: stream.height ?? null,
    frameRate: kind === "video" && rate ? formatRational(rate) : null,
    pixelFormat: line(stream.pix_fmt),
    sampleAspectRatio: aspect ? `${aspect.num}:${aspect.den}` : null,
    channels: stream.channels ?? null,
    channelLayout: line(stream.channel_layout),
    sampleRate: stream.sample_rate ?? null,
  };
}

const KINDS: Readonly<Record<string, SourceTrack["kind"]>> = {
  video: "video",
  audio: "audio",
  subtitle: "subtitle",
  attachment: "attachment",
};

function kindOf({ codec_type, disposition }: ProbeStream): SourceTrack["kind"] {
  if (disposition.attached_pic) return "attachment";
  return KINDS[codec_type ?? ""] ?? "data";
}

function describeTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(tags).slice(0, MAX_TAGS);
  return Object.fromEntries(entries.map(([key, value]) => [line(key) ?? "", line(value) ?? ""]));
}

/** One line of at most so many characters, and never half of one: a database refuses the halves. */
function line(text: string | undefined): string | null {
  return text === undefined ? null : cutText(cleanText(text), MAX_TAG_CHARACTERS);
}

/** As playlists want it; `und` when unknown. */
export function languageOf({ tags: { language } }: ProbeStream): string {
  return languageTag(language);
}

/** What a track of sound says of itself, as far as players show it. The title is hostile until escaped. */
export function describeSound(
  stream: ProbeStream | undefined,
): Pick<EncodedAudio, "language" | "title" | "purpose"> {
  if (!stream) return { language: "und", title: null, purpose: "main" };
  return { language: languageOf(stream), title: titleOf(stream), purpose: purposeOf(stream) };
}

/** What a track of words says of itself. The title is hostile until escaped. */
export function describeWords(
  stream: ProbeStream | undefined,
): Pick<EncodedCaptions, "language" | "title" | "kind"> {
  if (!stream) return { language: "und", title: null, kind: "subtitles" };
  const { forced, hearing_impaired: deaf } = stream.disposition;
  const kind = forced ? "forced" : deaf ? "captions" : "subtitles";
  return { language: languageOf(stream), title: titleOf(stream), kind };
}

function titleOf({ tags: { title } }: ProbeStream): string | null {
  return cutText(cleanText(title ?? ""), MAX_TITLE_CHARACTERS) || null;
}

function purposeOf({ disposition }: ProbeStream): EncodedAudio["purpose"] {
  if (disposition.visual_impaired) return "description";
  if (disposition.hearing_impaired) return "clarity";
  return disposition.comment ? "commentary" : "main";
}
