import { cleanText } from "../util/text.ts";
import { isLanguage } from "./language.ts";

export interface Named {
  /** BCP 47, or `und`. */
  readonly language: string;
  /** Hostile until cleaned here; null where there is none. */
  readonly title: string | null;
}

/** No characters to XML. */
const UNWRITABLE = /[\ufffe\uffff]/g;

/**
 * What players call each track: its title, else its language in that language with a note of what it is for, else what
 * `unnamed` makes of its number from 1. No two are the same, and none has a control, a line's end or a double quote in
 * it, so that each is safe between quotes of a playlist.
 */
export function nameTracks<Track extends Named>(
  tracks: readonly Track[],
  noteOf: (track: Track) => string,
  unnamed: string,
): string[] {
  const taken = new Set<string>();
  return tracks.map((track, index) => {
    const own = cleanText(track.title ?? "")
      .replace(UNWRITABLE, "")
      .replaceAll('"', "'")
      .trim();
    const name = own || `${languageName(track.language) ?? `${unnamed} ${index + 1}`}${noteOf(track)}`;
    const copies = tracks.map((_, copy) => `${name} (${copy + 2})`);
    const free = [name, ...copies].find((text) => !taken.has(text)) ?? name;
    taken.add(free);
    return free;
  });
}

function languageName(language: string): string | undefined {
  if (!isLanguage(language)) return undefined;
  return new Intl.DisplayNames([language, "en"], { type: "language", fallback: "none" }).of(language);
}
