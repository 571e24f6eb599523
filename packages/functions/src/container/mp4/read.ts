import { isSupportedSize, MAX_STREAMS } from "@telecine/core/media/limits";
import type { RejectionCode } from "@telecine/core/error";
import type { VisualSampleEntry } from "mp4box";
import type { Ranges } from "../ranges.ts";
import { type Movie, outlineOf, readIndex, type Track } from "./boxes.ts";
import { type Film, filmOf, IN_DOUBT } from "./film.ts";
import { wholenessOf } from "./loss.ts";

/** Codecs of pictures that tasks decode (ffmpeg 5.1 of Debian), as sample entries name them. */
const DECODED = new Set([
  "avc1",
  "avc3",
  "hvc1",
  "hev1",
  "av01",
  "vp08",
  "vp09",
  "mp4v",
  "jpeg",
  "mjpa",
  "apch",
  "apcn",
  "apcs",
  "apco",
  "ap4h",
]);

/** Kinds of tracks that show no moving picture. */
const WITHOUT_PICTURE = new Set(["soun", "text", "sbtl", "subt", "clcp", "tmcd", "meta", "hint"]);

/** What the index of an MP4 or QuickTime file says of its pictures; null for other files. */
export async function readMp4(ranges: Ranges): Promise<Film | null> {
  const outline = await outlineOf(ranges);
  if (!outline) return null;
  const { boxes, isWhole } = outline;
  const index = boxes.find(({ type }) => type === "moov");
  const media = boxes.find(({ type }) => type === "mdat");
  const last = boxes.at(-1);
  // Without an index nothing can be found in the media, and what is left of the file is the middle of a box.
  if (!index && media && last === media && !isWhole) return refused("source_truncated");
  if (!index || boxes.some(({ type }) => type === "moof")) return null;
  const movie = await readIndex(index, ranges);
  return movie && readMovie(movie, ranges.sizeBytes);
}

const refused = (refusal: RejectionCode): Film => ({ ...IN_DOUBT, refusal });

function readMovie(movie: Movie, sizeBytes: number): Film | null {
  const tracks = (movie.traks as Track[] | undefined) ?? [];
  if (movie.mvex || tracks.length === 0) return null;
  if (tracks.length > MAX_STREAMS) return refused("source_too_many_streams");
  const kinds = tracks.map(({ mdia }) => mdia.hdlr.handler);
  if (kinds.includes("soun") && kinds.every((kind) => WITHOUT_PICTURE.has(kind)))
    return refused("source_no_video_stream");
  const [picture, ...others] = tracks.filter(({ mdia }) => mdia.hdlr.handler === "vide");
  if (!picture || others.length > 0) return null;
  if (isCertainlyTooLarge(picture)) return refused("source_dimensions_unsupported");
  const wholeness = wholenessOf(movie, tracks, sizeBytes);
  if (wholeness === "cut off") return refused("source_truncated");
  const [entry, ...changes] = picture.mdia.minf.stbl.stsd.entries;
  if (wholeness === "doubtful" || !entry || changes.length > 0 || !DECODED.has(entry.type)) return IN_DOUBT;
  return filmOf(picture, movie.mvhd.timescale);
}

/** Two headers that say the same are believed. */
function isCertainlyTooLarge({ tkhd, mdia }: Track): boolean {
  const [entry] = mdia.minf.stbl.stsd.entries;
  const { width = 0, height = 0 } = (entry as Partial<VisualSampleEntry> | undefined) ?? {};
  // Of a track, sizes are in parts of 65,536.
  const isAgreed = width === tkhd.width / 65_536 && height === tkhd.height / 65_536;
  return isAgreed && width > 0 && height > 0 && !isSupportedSize(width, height);
}
