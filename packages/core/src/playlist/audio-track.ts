import type { EncodedAudio } from "../task/contract.ts";
import { cleanText } from "../util/text.ts";
import { isLanguage } from "./language.ts";

type Track = Pick<EncodedAudio, "language" | "title" | "purpose">;

/** No characters to XML. */
const UNWRITABLE = /[\ufffe\uffff]/g;

/** What a menu adds to the name of a language. */
const PURPOSES: Readonly<Record<Track["purpose"], string>> = {
  main: "",
  description: " (audio description)",
  clarity: " (clear speech)",
  commentary: " (commentary)",
};

/**
 * What players call each track: its title, else its language in that language, else its number. No two are the same,
 * and none has a control, a line's end or a double quote in it, so that each is safe between quotes of a playlist.
 */
export function nameTracks(audio: readonly Track[]): string[] {
  const taken = new Set<string>();
  return audio.map((track, index) => {
    const name = nameOf(track, index);
    const free = [name, ...audio.map((_, copy) => `${name} (${copy + 2})`)].find((text) => !taken.has(text));
    taken.add(free ?? name);
    return free ?? name;
  });
}

function nameOf({ language, title, purpose }: Track, index: number): string {
  const own = cleanText(title ?? "")
    .replace(UNWRITABLE, "")
    .replaceAll('"', "'")
    .trim();
  return own || `${languageName(language) ?? `Audio ${index + 1}`}${PURPOSES[purpose]}`;
}

function languageName(language: string): string | undefined {
  if (!isLanguage(language)) return undefined;
  return new Intl.DisplayNames([language, "en"], { type: "language", fallback: "none" }).of(language);
}

/**
 * Which tracks a player may choose by itself. Never a commentary, and of those that are alike in all that it looks at
 * only the first (RFC 8216bis, 4.4.6.1.1).
 */
export function areSelectable(audio: readonly Track[]): boolean[] {
  const kind = ({ language, purpose }: Track) => `${language} ${purpose}`;
  return audio.map(
    (track, index) =>
      index === 0 ||
      (track.purpose !== "commentary" && audio.findIndex((other) => kind(other) === kind(track)) === index),
  );
}
