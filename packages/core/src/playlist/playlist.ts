import { posix } from "node:path";
import type { EncodedAudio, EncodedRendition } from "../task/contract.ts";
import { type Bandwidth, measureBandwidth } from "./bandwidth.ts";
import { areSelectable, nameTracks } from "./audio-track.ts";
import { isLanguage } from "./language.ts";

/** HLS playlists of CMAF segments, written from what was measured (RFC 8216bis). Keys are relative to the attempt's folder. */

/** Fragmented MP4 with EXT-X-MAP outside of I-frame playlists asks for version 6; Apple's tools for 7. */
const VERSION = 7;

export interface Playlists {
  /** The one that a player opens. */
  readonly multivariant: PlaylistFile;
  readonly media: readonly PlaylistFile[];
  /** What each rendition was measured at together with its audio, in the order given. */
  readonly bandwidths: readonly Bandwidth[];
}

export interface PlaylistFile {
  readonly key: string;
  readonly text: string;
}

type Stream = Pick<EncodedRendition, "name" | "init" | "segments">;

export function buildPlaylists(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
): Playlists {
  const targetSeconds = targetDuration([...renditions, ...audio]);
  const withAudio = addTo(renditions, audio, targetSeconds);
  return {
    multivariant: { key: "master.m3u8", text: multivariantPlaylist(renditions, audio, withAudio) },
    media: [...renditions, ...audio].map((stream) => ({
      key: mediaKey(stream),
      text: mediaPlaylist(stream, targetSeconds),
    })),
    bandwidths: withAudio,
  };
}

/** The playlist of a stream, within the attempt's folder. */
export function mediaKey({ name }: Pick<Stream, "name">): string {
  return `${name}/index.m3u8`;
}

/** The codecs of a rendition and of the audio that plays with it, as CODECS wants them. */
export function codecsOf(rendition: EncodedRendition, audio: readonly EncodedAudio[]): string {
  return [...new Set([rendition, ...audio].map(({ codecs }) => codecs))].join(",");
}

/** A rendition is only ever played with one of the audio tracks: the dearest counts. */
function addTo(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
  targetSeconds: number,
): Bandwidth[] {
  const tracks = audio.map(({ segments }) => measureBandwidth(segments, targetSeconds));
  const peak = Math.max(0, ...tracks.map((track) => track.peak));
  const average = Math.max(0, ...tracks.map((track) => track.average));
  return renditions.map(({ segments }) => {
    const video = measureBandwidth(segments, targetSeconds);
    return { peak: video.peak + peak, average: video.average + average };
  });
}

function mediaPlaylist({ name, init, segments }: Stream, targetSeconds: number): string {
  const uri = (key: string) => posix.relative(name, key);
  return lines([
    ...head(),
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    `#EXT-X-MAP:URI="${uri(init.key)}"`,
    ...segments.flatMap(({ key, durationSeconds }) => [`#EXTINF:${durationSeconds.toFixed(6)},`, uri(key)]),
    "#EXT-X-ENDLIST",
  ]);
}

function multivariantPlaylist(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
  bandwidths: readonly Bandwidth[],
): string {
  const variants = renditions.flatMap((rendition, index) => {
    const { peak = 0, average = 0 } = bandwidths[index] ?? {};
    const attributes = {
      ...{ BANDWIDTH: peak, "AVERAGE-BANDWIDTH": average },
      CODECS: quoted(codecsOf(rendition, audio)),
      RESOLUTION: `${rendition.width}x${rendition.height}`,
      "FRAME-RATE": frameRate(rendition.frameRate),
      ...(audio.length > 0 ? { AUDIO: quoted(GROUP) } : {}),
    };
    return [`#EXT-X-STREAM-INF:${attributeList(attributes)}`, mediaKey(rendition)];
  });
  return lines([...head(), ...audioTags(audio), ...variants]);
}

const GROUP = "audio";

/** https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices, 2 */
const CHARACTERISTICS: Readonly<Partial<Record<EncodedAudio["purpose"], string>>> = {
  description: "public.accessibility.describes-video",
  clarity: "public.accessibility.enhances-speech-intelligibility",
};

function audioTags(audio: readonly EncodedAudio[]): string[] {
  const names = nameTracks(audio);
  const selectable = areSelectable(audio);
  return audio.map((track, index) => {
    const characteristics = CHARACTERISTICS[track.purpose];
    const attributes = {
      ...{ TYPE: "AUDIO", "GROUP-ID": quoted(GROUP), NAME: quoted(names[index] ?? "") },
      ...(isLanguage(track.language) ? { LANGUAGE: quoted(track.language) } : {}),
      ...{ DEFAULT: yesNo(index === 0), AUTOSELECT: yesNo(selectable[index] ?? false) },
      ...(characteristics ? { CHARACTERISTICS: quoted(characteristics) } : {}),
      CHANNELS: quoted(String(track.channels)),
      URI: quoted(mediaKey(track)),
    };
    return `#EXT-X-MEDIA:${attributeList(attributes)}`;
  });
}

/** `24000/1001` is 23.976, to the three places that the attribute has. */
function frameRate(exact: string): string {
  const [numerator = 0, denominator = 1] = exact.split("/").map(Number);
  return (numerator / denominator).toFixed(3);
}

/** The longest segment, rounded as its EXTINF is to be rounded. The same for all streams, so that they switch together. */
export function targetDuration(streams: readonly Pick<Stream, "segments">[]): number {
  const longest = Math.max(
    ...streams.flatMap(({ segments }) => segments.map(({ durationSeconds }) => durationSeconds)),
  );
  return Math.max(1, Math.round(longest));
}

const head = () => ["#EXTM3U", `#EXT-X-VERSION:${VERSION}`, "#EXT-X-INDEPENDENT-SEGMENTS"];
const lines = (all: readonly string[]) => `${all.join("\n")}\n`;
const yesNo = (value: boolean) => (value ? "YES" : "NO");
const quoted = (text: string) => `"${text}"`;

function attributeList(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => `${name}=${value}`)
    .join(",");
}
