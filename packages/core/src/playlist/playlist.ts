import { posix } from "node:path";
import { codecOf, isHdr } from "../ladder/ladder.ts";
import { headKey } from "../storage/keys.ts";
import type { EncodedAudio, EncodedRendition } from "../task/contract.ts";
import { type Bandwidth, durationOf, measureBandwidth, targetDuration } from "./bandwidth.ts";
import { areSelectable, nameSounds } from "./audio-track.ts";
import {
  captionBitRate,
  captionPlaylist,
  CAPTIONS_GROUP,
  captionTags,
  type CaptionTrack,
} from "./captions.ts";
import { buildIframes } from "./iframes.ts";
import { isLanguage } from "./language.ts";
import { head, lines, quoted, tag, yesNo } from "./tags.ts";

/** HLS playlists of CMAF segments, written from what was measured (RFC 8216bis). Keys are relative to the attempt's folder. */

export interface Playlists {
  /** The one that a player opens. */
  readonly multivariant: PlaylistFile;
  readonly media: readonly PlaylistFile[];
  readonly captions: readonly PlaylistFile[];
  /** What each rendition was measured at together with its audio, in the order given. */
  readonly bandwidths: readonly Bandwidth[];
}

export interface PlaylistFile {
  readonly key: string;
  readonly text: string;
}

type Stream = Pick<EncodedRendition, "name" | "init" | "segments">;

/** How playlists are called, and whether more will come. */
interface Edition {
  readonly multivariant: string;
  readonly media: string;
  readonly type: "VOD" | "EVENT";
  readonly isEnded: boolean;
}

const FINAL: Edition = { multivariant: "master.m3u8", media: "index.m3u8", type: "VOD", isEnded: true };
/** In files of their own: they change while they are read, and the final ones are kept for ever by caches. */
const GROWING: Edition = {
  multivariant: "growing.m3u8",
  media: "growing.m3u8",
  type: "EVENT",
  isEnded: false,
};

/** Of what is shown of a source as it is: beside those of what is encoded, which may be written at the same time. */
const PREVIEW: Edition = { ...GROWING, multivariant: "preview.m3u8", media: "preview.m3u8" };

/** A player asks for a growing playlist once in a target duration; a cache may spare the bucket those of others. */
export const GROWING_CACHE_CONTROL = "public, max-age=1";

/** What has to be known of a video before all of it is made. */
export interface Growth {
  readonly renditions: readonly EncodedRendition[];
  readonly audio: readonly EncodedAudio[];
  /** Of the longest segment to come: it may not change. */
  readonly targetSeconds: number;
  /** Bits per second that no rendition exceeds, in their order: what was measured so far may still be little. */
  readonly limits: readonly number[];
}

/** The playlists of a video that is being made: they hold what there is, and begin with the beginning. */
export function buildGrowing(growth: Growth): GrowingPlaylists {
  return buildEdition(growth, GROWING);
}

/** The playlists of a source that is shown as it is, which grow likewise until all of it is there. */
export function buildPreview(growth: Growth, isEnded: boolean): GrowingPlaylists {
  return buildEdition(growth, { ...PREVIEW, isEnded });
}

type GrowingPlaylists = Omit<Playlists, "bandwidths" | "captions">;

function buildEdition(
  { renditions, audio, targetSeconds, limits }: Growth,
  edition: Edition,
): GrowingPlaylists {
  const bandwidths = addTo(renditions, audio, targetSeconds).map(({ peak, average }, index) => ({
    peak: Math.max(peak, limits[index] ?? 0),
    average,
  }));
  const variants = variantTags(renditions, audio, bandwidths, edition, soundGroup(audio));
  return {
    multivariant: {
      key: edition.multivariant,
      text: lines([...head(), ...audioTags(audio, edition), ...variants]),
    },
    media: growingMedia([...renditions, ...audio], targetSeconds, edition),
  };
}

/**
 * Their last edition, which tells players that are still with them that nothing follows. Only H.264 is told of earlier. A rendition
 * of which the bucket has a head was begun with that, and goes on to be.
 */
export function endGrowing(all: readonly Stream[], isStored: (key: string) => boolean): PlaylistFile[] {
  const streams = all
    .filter(({ name }) => codecOf(name) === "h264")
    .map((stream) => (isStored(headKey(stream.name)) ? withHead(stream) : stream));
  return growingMedia(streams, targetDuration(streams), { ...GROWING, isEnded: true });
}

function withHead({ name, init, segments: [first, ...others] }: Stream): Stream {
  const head = first && { ...first, key: headKey(name) };
  return { name, init, segments: head ? [head, ...others] : others };
}

function growingMedia(streams: readonly Stream[], targetSeconds: number, edition: Edition): PlaylistFile[] {
  return streams.map((stream) => ({
    key: mediaKey(stream, edition),
    text: mediaPlaylist(stream, targetSeconds, edition),
  }));
}

export function isGrowing(key: string): boolean {
  return key.endsWith(`/${GROWING.multivariant}`);
}

export function buildPlaylists(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
  captions: readonly CaptionTrack[] = [],
): Playlists {
  const targetSeconds = targetDuration([...renditions, ...audio]);
  const withAudio = addTo(renditions, audio, targetSeconds);
  const iframes = renditions.flatMap(
    (rendition) => buildIframes(rendition, rangeTag(rendition, renditions)) ?? [],
  );
  const media = [...renditions, ...audio].map((stream) => ({
    key: mediaKey(stream),
    text: mediaPlaylist(stream, targetSeconds, FINAL),
  }));
  const durationSeconds = durationOf(renditions);
  const wordRate = captionBitRate(captions, durationSeconds);
  const withWords = withAudio.map(({ peak, average }) => ({
    ...{ peak: peak + wordRate, average: average + wordRate },
  }));
  const groups = {
    ...soundGroup(audio),
    ...(captions.length > 0 ? { SUBTITLES: quoted(CAPTIONS_GROUP) } : {}),
    // Words in the pictures are among those beside them, and would be offered twice, by a name that a player guesses.
    "CLOSED-CAPTIONS": "NONE",
  };
  const text = lines([
    ...head(),
    ...audioTags(audio, FINAL),
    ...captionTags(captions),
    ...variantTags(renditions, audio, withWords, FINAL, groups),
    // Players that know nothing of them look at the first entries.
    ...iframes.map(({ streamTag }) => streamTag),
  ]);
  return {
    multivariant: { key: FINAL.multivariant, text },
    media: [...media, ...iframes.map(({ playlist }) => playlist)],
    captions: captions.map((track) => captionPlaylist(track, durationSeconds)),
    bandwidths: withAudio,
  };
}

/** The playlist of a stream, within the attempt's folder. */
export function mediaKey({ name }: Pick<Stream, "name">, { media }: Pick<Edition, "media"> = FINAL): string {
  return `${name}/${media}`;
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

function mediaPlaylist(
  { name, init, segments }: Stream,
  targetSeconds: number,
  { type, isEnded }: Edition,
): string {
  const uri = (key: string) => posix.relative(name, key);
  return lines([
    ...head(),
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    `#EXT-X-PLAYLIST-TYPE:${type}`,
    // Players take what has no end for a live stream, which they join where it is.
    ...(type === "EVENT" ? ["#EXT-X-START:TIME-OFFSET=0,PRECISE=YES"] : []),
    `#EXT-X-MAP:URI="${uri(init.key)}"`,
    ...segments.flatMap(({ key, durationSeconds }) => [`#EXTINF:${durationSeconds.toFixed(6)},`, uri(key)]),
    ...(isEnded ? ["#EXT-X-ENDLIST"] : []),
  ]);
}

function variantTags(
  renditions: readonly EncodedRendition[],
  audio: readonly EncodedAudio[],
  bandwidths: readonly Bandwidth[],
  edition: Edition,
  groups: Readonly<Record<string, string>>,
): string[] {
  return renditions.flatMap((rendition, index) => {
    const { peak = 0, average = 0 } = bandwidths[index] ?? {};
    const attributes = {
      ...{ BANDWIDTH: peak, "AVERAGE-BANDWIDTH": average },
      CODECS: quoted(codecsOf(rendition, audio)),
      RESOLUTION: `${rendition.width}x${rendition.height}`,
      "FRAME-RATE": frameRate(rendition.frameRate),
      ...rangeTag(rendition, renditions),
      ...groups,
    };
    return [tag("EXT-X-STREAM-INF", attributes), mediaKey(rendition, edition)];
  });
}

/** Said of all where they differ: players choose by it, once, before they choose a size (RFC 8216bis, 4.4.6.2). */
function rangeTag({ rung }: EncodedRendition, renditions: readonly EncodedRendition[]) {
  const differ = renditions.some(({ name }) => isHdr(name));
  return differ ? { "VIDEO-RANGE": rung?.videoRange ?? "SDR" } : {};
}

const GROUP = "audio";

function soundGroup(audio: readonly EncodedAudio[]): Readonly<Record<string, string>> {
  return audio.length > 0 ? { AUDIO: quoted(GROUP) } : {};
}

/** https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices, 2 */
const CHARACTERISTICS: Readonly<Partial<Record<EncodedAudio["purpose"], string>>> = {
  description: "public.accessibility.describes-video",
  clarity: "public.accessibility.enhances-speech-intelligibility",
};

function audioTags(audio: readonly EncodedAudio[], edition: Edition): string[] {
  const names = nameSounds(audio);
  const selectable = areSelectable(audio);
  return audio.map((track, index) => {
    const characteristics = CHARACTERISTICS[track.purpose];
    const attributes = {
      ...{ TYPE: "AUDIO", "GROUP-ID": quoted(GROUP), NAME: quoted(names[index] ?? "") },
      ...(isLanguage(track.language) ? { LANGUAGE: quoted(track.language) } : {}),
      ...{ DEFAULT: yesNo(index === 0), AUTOSELECT: yesNo(selectable[index] ?? false) },
      ...(characteristics ? { CHARACTERISTICS: quoted(characteristics) } : {}),
      CHANNELS: quoted(String(track.channels)),
      URI: quoted(mediaKey(track, edition)),
    };
    return tag("EXT-X-MEDIA", attributes);
  });
}

/** `24000/1001` is 23.976, to the three places that the attribute has. */
function frameRate(exact: string): string {
  const [numerator = 0, denominator = 1] = exact.split("/").map(Number);
  return (numerator / denominator).toFixed(3);
}
