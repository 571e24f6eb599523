import type { EncodedRendition } from "../task/contract.ts";
import { measureBandwidth, targetDuration } from "./bandwidth.ts";
import type { PlaylistFile } from "./playlist.ts";
import { head, lines, quoted, tag } from "./tags.ts";

/** A rendition's pictures that need no others: what players show while somebody winds or looks for a place. */
export interface Iframes {
  readonly playlist: PlaylistFile;
  /** Its entry in the multivariant playlist. */
  readonly streamTag: string;
}

/**
 * The I-frame playlist of a rendition: the first picture of each group, cut out of its segment by a range of bytes that holds the
 * fragment's header too (RFC 8216bis, 4.4.3.6; Apple's HLS authoring specification, 6.10). Undefined where a segment was
 * not measured for it.
 */
export function buildIframes(
  rendition: EncodedRendition,
  range: Readonly<Record<string, string>> = {},
): Iframes | undefined {
  const { name, init, segments, codecs, width, height } = rendition;
  if (segments.some(({ iframes = [] }) => iframes.length === 0)) return undefined;
  const pictures = segments.flatMap(({ key, iframes = [] }) =>
    iframes.map(([offset, sizeBytes, durationSeconds]) => ({ key, offset, sizeBytes, durationSeconds })),
  );
  const targetSeconds = targetDuration([rendition]);
  const { peak, average } = measureBandwidth(pictures, targetSeconds);
  const key = `${name}/iframes.m3u8`;
  const uri = (file: string) => file.replace(`${name}/`, "");
  const text = lines([
    ...head(),
    `#EXT-X-TARGETDURATION:${targetSeconds}`,
    "#EXT-X-MEDIA-SEQUENCE:0",
    "#EXT-X-PLAYLIST-TYPE:VOD",
    "#EXT-X-I-FRAMES-ONLY",
    `#EXT-X-MAP:URI="${uri(init.key)}"`,
    // A picture lasts until the next one.
    ...pictures.flatMap(({ key: file, durationSeconds, offset, sizeBytes }) => [
      `#EXTINF:${durationSeconds.toFixed(6)},`,
      `#EXT-X-BYTERANGE:${sizeBytes}@${offset}`,
      uri(file),
    ]),
    "#EXT-X-ENDLIST",
  ]);
  const streamTag = tag("EXT-X-I-FRAME-STREAM-INF", {
    ...{ BANDWIDTH: peak, "AVERAGE-BANDWIDTH": average },
    ...{ CODECS: quoted(codecs), RESOLUTION: `${width}x${height}`, ...range, URI: quoted(key) },
  });
  return { playlist: { key, text }, streamTag };
}
