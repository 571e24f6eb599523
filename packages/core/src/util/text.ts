/** Controls, and the marks that turn the direction of what follows: they make text on a screen lie about itself. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u061c\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]+/gu;

/** One line of visible text, as people meant it. It is still untrusted: whoever shows it escapes it. */
export function cleanText(text: string): string {
  return text.normalize("NFC").replace(INVISIBLE, " ").replace(/\s+/g, " ").trim();
}

/** The last part of a path, of whatever system: what a person calls the file. */
export function cleanFileName(path: string): string {
  return cleanText(path.split(/[/\\]/).at(-1) ?? "");
}

/** A file's name without its extension, for use as a title. */
export function titleOf(fileName: string): string {
  return fileName.replace(/(?<=.)\.[a-z0-9]{1,5}$/i, "");
}

const segmenter = new Intl.Segmenter();

/** At most `limit` UTF-16 units, and never half of what people see as one character. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const end = segmenter.segment(text).containing(limit - 1)?.index ?? 0;
  return `${text.slice(0, end)}…`;
}
