import { type ParseError, ParseErrorCode, parseText, type VTTCue } from "media-captions";
import { formatTimestamp } from "../media/timestamp.ts";
import { cleanText, cut } from "../util/text.ts";
import { cleanCueText } from "./cue-text.ts";

export interface Cue {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** WebVTT's own tags, and words; safe to write as it is. */
  readonly text: string;
  /** Where it is shown, as WebVTT writes it; empty for the usual place. */
  readonly settings: string;
}

export interface Problem {
  /** Counted from 1. */
  readonly line: number;
  readonly message: string;
}

export interface Captions {
  readonly cues: readonly Cue[];
  /** What could not be read. */
  readonly problems: readonly Problem[];
}

/** More than a screen holds; a whole file in one cue is a mistake, or malice. */
const MAX_CUE_CHARACTERS = 2_000;
/** Ten hours with a cue each second. */
const MAX_CUES = 36_000;

const SRT_TIMING = /^[ \t]*\d{1,2}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->/m;
const TIMING = /^.*-->.*$/gm;
const HEADER = "WEBVTT\n\n";
const HEADER_LINES = 2;

/**
 * Reads WebVTT, and SubRip by turning its commas into points. Undefined for text that is neither. Styles, regions and
 * comments are left out; so are cues without words, or that end before they begin.
 */
export async function readCaptions(text: string): Promise<Captions | undefined> {
  const plain = text
    .replace(/^\ufeff/, "")
    .replace(/\r\n?/g, "\n")
    // The parser's patterns take the square of the time that a run of spaces is long.
    .replace(TIMING, (line) => line.replace(/\s+/g, " "));
  if (/^WEBVTT(?=\s|$)/.test(plain)) return parse(plain, 0);
  if (!SRT_TIMING.test(plain)) return undefined;
  const dotted = plain.replace(TIMING, (line) => line.replaceAll(",", "."));
  return parse(HEADER + dotted, HEADER_LINES);
}

async function parse(text: string, linesBefore: number): Promise<Captions> {
  const { cues, errors } = await parseText(text, { type: "vtt", errors: true });
  const read = cues.map(toCue).filter((cue) => cue.text !== "");
  const problems = errors.filter(isSerious).map((error) => ({
    line: Math.max(error.line - linesBefore, 1),
    message: cut(cleanText(error.message), 200),
  }));
  return {
    cues: read.slice(0, MAX_CUES).sort((a, b) => a.startSeconds - b.startSeconds),
    problems: [...problems, ...tooMuch(cues)],
  };
}

/** Where a cue is shown is a wish. When it is shown must be understood. */
function isSerious({ code }: ParseError): boolean {
  return code === ParseErrorCode.BadTimestamp || code === ParseErrorCode.BadSignature;
}

function tooMuch(cues: readonly VTTCue[]): Problem[] {
  const long = cues.some(({ text }) => text.length > MAX_CUE_CHARACTERS);
  return [
    ...(long ? [{ line: 1, message: `A cue has more than ${MAX_CUE_CHARACTERS} characters.` }] : []),
    ...(cues.length > MAX_CUES ? [{ line: 1, message: `There are more than ${MAX_CUES} cues.` }] : []),
  ];
}

function toCue(cue: VTTCue): Cue {
  return {
    startSeconds: cue.startTime,
    endSeconds: cue.endTime,
    text: cleanCueText(cut(cue.text, MAX_CUE_CHARACTERS)),
    settings: settingsOf(cue),
  };
}

const ONE_OF = {
  vertical: ["lr", "rl"],
  align: ["start", "end", "left", "right"],
  lineAlign: ["center", "end"],
  positionAlign: ["line-left", "center", "line-right"],
} as const satisfies Record<string, readonly string[]>;

function settingsOf(cue: VTTCue): string {
  const known = (name: keyof typeof ONE_OF) =>
    (ONE_OF[name] as readonly string[]).includes(cue[name]) ? cue[name] : "";
  const suffix = (value: string) => (value ? `,${value}` : "");
  const { line, position, size, snapToLines } = cue;
  return [
    known("vertical") && `vertical:${known("vertical")}`,
    typeof line === "number" && `line:${line}${snapToLines ? "" : "%"}${suffix(known("lineAlign"))}`,
    typeof position === "number" && `position:${position}%${suffix(known("positionAlign"))}`,
    size < 100 && `size:${size}%`,
    known("align") && `align:${known("align")}`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Moves cues to another clock, and leaves out what lies outside of `0` to `endSeconds` there. */
export function moveCues(cues: readonly Cue[], bySeconds: number, endSeconds: number): Cue[] {
  return (
    cues
      .map((cue) => ({
        ...cue,
        startSeconds: Math.max(cue.startSeconds + bySeconds, 0),
        endSeconds: Math.min(cue.endSeconds + bySeconds, endSeconds),
      }))
      // A thousandth is the shortest time that is written.
      .filter((cue) => cue.endSeconds - cue.startSeconds >= 0.001)
  );
}

/**
 * WebVTT as HLS wants it: zero is the beginning of the picture, which is 0 on the clock of the media too (RFC 8216bis,
 * 3.1.4). Other players pass over that line.
 */
export function writeWebVtt(cues: readonly Cue[]): string {
  const header = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:0";
  const blocks = cues.map(({ startSeconds, endSeconds, settings, text }) => {
    const timing = `${formatTimestamp(startSeconds)} --> ${formatTimestamp(endSeconds)}`;
    return `${[timing, settings].filter(Boolean).join(" ")}\n${text}`;
  });
  return `${[header, ...blocks].join("\n\n")}\n`;
}
