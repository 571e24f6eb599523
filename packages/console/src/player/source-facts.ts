import { bitRate, dimensions, frameRate, length, size } from "../format.ts";
import type { Source, Track } from "../video.ts";

/** A fact about a source: what it is called, and null where there is nothing to say. */
export type Fact = readonly [string, string | null];

/** What people want to know of a source. */
export function sourceFacts(source: Source, fileName: string | null): readonly Fact[] {
  return [
    ["File", fileName],
    ["Container", source.container],
    ["Duration", length(source.durationSeconds)],
    ["Size", size(source.sizeBytes)],
    ["Bit rate", source.bitrate === null ? null : bitRate(source.bitrate)],
    ["Picture", dimensions(source.width, source.height)],
    ["Rotation", source.rotation === 0 ? null : `${source.rotation}°`],
    ["Frame rate", frameRate(source.frameRate) + (source.constantFrameRate === false ? ", uneven" : "")],
    ["Scan", source.interlaced ? "interlaced" : null],
    ["Colour", colorWords(source)],
    ["Video", source.videoCodec],
    ["Audio", source.audioCodec ?? "none"],
    ["Loudness", loudnessWords(source)],
    ["Captions", source.closedCaptions ? "within the picture" : null],
    ["Chapters", counted(source.chapters.length)],
    ["Scene cuts", counted(source.sceneCuts?.count ?? 0)],
  ];
}

const HDR_WORDS: Readonly<Record<string, string>> = {
  sdr: "SDR",
  hdr10: "HDR10",
  "hdr10-plus": "HDR10+",
  hlg: "HLG",
  "dolby-vision": "Dolby Vision",
};

function colorWords({ color }: Source): string | null {
  if (!color) return null;
  const { hdr, primaries, range, bitDepth } = color;
  const depth = bitDepth === null ? null : `${bitDepth} bit`;
  const facts = [HDR_WORDS[hdr] ?? hdr, primaries, depth, range === "full" ? "full range" : null];
  return facts.filter((fact) => fact !== null).join(" · ");
}

function loudnessWords({ loudness }: Source): string | null {
  if (!loudness) return null;
  const { integratedLufs, rangeLu, truePeakDbtp } = loudness;
  return `${decibels(integratedLufs)} LUFS · range ${rangeLu.toFixed(1)} LU · peak ${decibels(truePeakDbtp)} dBTP`;
}

/** With the minus sign that is as wide as a digit. */
function decibels(value: number): string {
  return value.toFixed(1).replace("-", "−");
}

function counted(count: number): string | null {
  return count === 0 ? null : String(count);
}

/** A track in one line. */
export function trackWords(track: Track): string {
  const { index, kind, codec, profile, language, title, channels, channelLayout, sampleRate, pixelFormat } =
    track;
  const facts = [
    codec,
    profile,
    pixelFormat,
    channelLayout ?? (channels === null ? null : `${channels} ch`),
    sampleRate === null ? null : `${sampleRate / 1000} kHz`,
    language === "und" ? null : language,
    title,
    track.isForced ? "forced" : null,
    track.isHearingImpaired ? "for the hard of hearing" : null,
  ].filter((fact) => fact !== null);
  return [`#${index} ${kind}`, ...facts].join(" · ");
}
