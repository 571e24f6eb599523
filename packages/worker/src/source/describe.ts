import type { EncodedAudio, SourceInfo, SourceTrack } from "@telecine/core/task/contract";
import { cleanText, cut as cutText } from "@telecine/core/util/text";
import { displaySize, type Probe, type ProbeStream, rotationOf } from "../ffmpeg/probe.ts";
import { formatRational, type Rational } from "@telecine/core/media/rational";

const MAX_TAGS = 64;
const MAX_TAG_CHARACTERS = 256;
/** As much as a player's menu shows. */
const MAX_TITLE_CHARACTERS = 64;

export interface Described {
  readonly probe: Probe;
  readonly picture: ProbeStream;
  readonly sound: ProbeStream | undefined;
  readonly sizeBytes: number;
  readonly durationSeconds: number;
  readonly frameRate: Rational;
}

/** What the source is, for its owner. Strings come from the file: cut in length here, escaped by whoever shows them. */
export function describeSource({
  probe,
  picture,
  sound,
  sizeBytes,
  durationSeconds,
  frameRate,
}: Described): SourceInfo {
  return {
    container: probe.format.format_name,
    durationSeconds,
    sizeBytes,
    bitrate: probe.format.bit_rate ?? Math.round((sizeBytes * 8) / durationSeconds),
    ...displaySize(picture),
    rotation: rotationOf(picture),
    frameRate: formatRational(frameRate),
    videoCodec: picture.codec_name ?? "unknown",
    audioCodec: sound?.codec_name ?? null,
    tracks: probe.streams.map(describeTrack),
    tags: describeTags(probe.format.tags),
  };
}

function describeTrack(stream: ProbeStream): SourceTrack {
  const rate = stream.avg_frame_rate ?? stream.r_frame_rate;
  const kind = kindOf(stream);
  return {
    index: stream.index,
    kind,
    codec: cut(stream.codec_name),
    profile: cut(stream.profile),
    language: cut(stream.tags.language),
    bitrate: stream.bit_rate ?? null,
    width: stream.width ?? null,
    height: stream.height ?? null,
    frameRate: kind === "video" && rate ? formatRational(rate) : null,
    pixelFormat: cut(stream.pix_fmt),
    channels: stream.channels ?? null,
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
  return Object.fromEntries(
    entries.map(([key, value]) => [key.slice(0, MAX_TAG_CHARACTERS), value.slice(0, MAX_TAG_CHARACTERS)]),
  );
}

function cut(text: string | undefined): string | null {
  return text?.slice(0, MAX_TAG_CHARACTERS) ?? null;
}

/** A container's language (ISO 639, `eng` or `ger`) as playlists want it (BCP 47, `en` or `de`); `und` when unknown. */
export function languageOf({ tags: { language } }: ProbeStream): string {
  if (!language || !/^[a-z]{2,3}(-[a-z0-9]{1,8})*$/i.test(language)) return "und";
  try {
    return new Intl.Locale(language).toString();
  } catch {
    return "und"; // the form is right, but no such tag can be: `en-a`
  }
}

/** What a track of sound says of itself, as far as players show it. The title is hostile until escaped. */
export function describeSound(
  stream: ProbeStream | undefined,
): Pick<EncodedAudio, "language" | "title" | "purpose"> {
  if (!stream) return { language: "und", title: null, purpose: "main" };
  const title = cutText(cleanText(stream.tags.title ?? ""), MAX_TITLE_CHARACTERS);
  return { language: languageOf(stream), title: title || null, purpose: purposeOf(stream) };
}

function purposeOf({ disposition }: ProbeStream): EncodedAudio["purpose"] {
  if (disposition.visual_impaired) return "description";
  if (disposition.hearing_impaired) return "clarity";
  return disposition.comment ? "commentary" : "main";
}
