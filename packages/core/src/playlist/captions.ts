import { posix } from "node:path";
import type { CaptionKind } from "../captions/kind.ts";
import { targetDuration } from "./bandwidth.ts";
import { isLanguage } from "./language.ts";
import { nameTracks, type Named } from "./names.ts";
import type { PlaylistFile } from "./playlist.ts";
import { head, lines, quoted, tag, yesNo } from "./tags.ts";

/** One WebVTT file that goes with a video from its beginning to its end. */
export interface CaptionTrack extends Named {
  readonly kind: CaptionKind;
  /** Of the file, relative to the attempt's folder: `captions/s3.vtt`, or `../captions/cap_….vtt`. */
  readonly key: string;
  readonly sizeBytes: number;
}

export const CAPTIONS_GROUP = "captions";

const NOTES: Readonly<Record<CaptionKind, string>> = {
  subtitles: "",
  captions: " (CC)",
  forced: " (forced)",
};

export function nameCaptions(captions: readonly CaptionTrack[]): string[] {
  return nameTracks(captions, ({ kind }) => NOTES[kind], "Subtitles");
}

/** https://developer.apple.com/documentation/http-live-streaming/hls-authoring-specification-for-apple-devices, 4.5 */
const ACCESSIBLE =
  "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound";

export function captionTags(captions: readonly CaptionTrack[]): string[] {
  const names = nameCaptions(captions);
  return captions.map((track, index) =>
    tag("EXT-X-MEDIA", {
      ...{ TYPE: "SUBTITLES", "GROUP-ID": quoted(CAPTIONS_GROUP), NAME: quoted(names[index] ?? "") },
      ...(isLanguage(track.language) ? { LANGUAGE: quoted(track.language) } : {}),
      ...{
        DEFAULT: "NO",
        AUTOSELECT: yesNo(isSelectable(captions, index)),
        FORCED: yesNo(track.kind === "forced"),
      },
      ...(track.kind === "captions" ? { CHARACTERISTICS: quoted(ACCESSIBLE) } : {}),
      URI: quoted(playlistKey(track)),
    }),
  );
}

/** Of several that are alike in all that a player looks at, the first (RFC 8216bis, 4.4.6.1.1). */
function isSelectable(captions: readonly CaptionTrack[], index: number): boolean {
  const { language, kind } = captions[index] ?? {};
  return captions.findIndex((other) => other.language === language && other.kind === kind) === index;
}

function playlistKey({ key }: CaptionTrack): string {
  return `captions/${posix.basename(key, ".vtt")}.m3u8`;
}

/** The file as a playlist of one segment: hours of words are a few hundred kilobytes. */
export function captionPlaylist(track: CaptionTrack, durationSeconds: number): PlaylistFile {
  const key = playlistKey(track);
  const text = lines([
    ...head(),
    `#EXT-X-TARGETDURATION:${targetDuration([{ segments: [{ durationSeconds }] }])}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    `#EXTINF:${durationSeconds.toFixed(6)},`,
    posix.relative(posix.dirname(key), track.key),
    "#EXT-X-ENDLIST",
  ]);
  return { key, text };
}

/** Bits per second of the dearest track: of one segment, the peak is the average. */
export function captionBitRate(captions: readonly CaptionTrack[], durationSeconds: number): number {
  return Math.max(0, ...captions.map(({ sizeBytes }) => Math.ceil((sizeBytes * 8) / durationSeconds)));
}
