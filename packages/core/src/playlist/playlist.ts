import { posix } from "node:path";
import type { EncodedAudio, EncodedRendition } from "../task/contract.ts";
import { type Bandwidth, measureBandwidth, targetDuration } from "./bandwidth.ts";
import { areSelectable, nameTracks } from "./audio-track.ts";
import { buildIframes } from "./iframes.ts";
import { isLanguage } from "./language.ts";
import { head, lines, quoted, tag, yesNo } from "./tags.ts";

/** HLS playlists of CMAF segments, written from what was measured (RFC 8216bis). Keys are relative to the attempt's folder. */

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
  const iframes = renditions.flatMap((rendition) => buildIframes(rendition) ?? []);
  const media = [...renditions, ...audio].map((stream) => ({
    key: mediaKey(stream),
    text: mediaPlaylist(stream, targetSeconds),
  }));
  const variants = [
    ...variantTags(renditions, audio, withAudio),
    // Players that know nothing of them look at the first entries.
    ...iframes.map(({ streamTag }) => streamTag),
  ];
  return {
    multivariant: { key: "master.m3u8", text: lines([...head(), ...audioTags(audio), ...variants]) },
    media: [...media, ...iframes.map(({ playlist }) => playlist)],
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

function variantTags(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
  bandwidths: readonly Bandwidth[],
): string[] {
  return renditions.flatMap((rendition, index) => {
    const { peak = 0, average = 0 } = bandwidths[index] ?? {};
    const attributes = {
      ...{ BANDWIDTH: peak, "AVERAGE-BANDWIDTH": average },
      CODECS: quoted(codecsOf(rendition, audio)),
      RESOLUTION: `${rendition.width}x${rendition.height}`,
      "FRAME-RATE": frameRate(rendition.frameRate),
      ...(audio.length > 0 ? { AUDIO: quoted(GROUP) } : {}),
    };
    return [tag("EXT-X-STREAM-INF", attributes), mediaKey(rendition)];
  });
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
    return tag("EXT-X-MEDIA", attributes);
  });
}

/** `24000/1001` is 23.976, to the three places that the attribute has. */
function frameRate(exact: string): string {
  const [numerator = 0, denominator = 1] = exact.split("/").map(Number);
  return (numerator / denominator).toFixed(3);
}
