import streams, { type Row } from "mux.js/lib/m2ts/caption-stream.js";
import type { Rational } from "../media/rational.ts";
import type { ClosedData } from "./closed-data.ts";
import { cleanCueText } from "./cue-text.ts";
import type { Cue } from "./webvtt.ts";

const MAX_CUES = 36_000;
/** A row has 32 and marks of italics; the decoder appends to it until it is erased. */
const MAX_ROW_CHARACTERS = 500;
/** Pushed at once: the decoder copies all that it has been pushed with each one more. */
const BATCH = 256;

/** Rows that grow on and on cost more with each time that they are shown: nobody reads them. */
class EndlessRow extends Error {}

/** One of the four channels of CEA-608. */
export interface Channel {
  /** `CC1` to `CC4`; the first is the one that is spoken in, mostly. */
  readonly name: string;
  readonly cues: readonly Cue[];
}

/** "Erase displayed memory" of each channel: what is shown at the end ends with the video. */
const ERASE_ALL = "fc942cfc1c2cfd152cfd9d2c";

/**
 * Reads captions that are hidden in pictures (CEA-608, by `cc_data` as of CEA-708, 4.4), in the order that they are shown in.
 * Gives the channels that say anything, on the clock of the picture. What makes no sense is passed over, as by a television;
 * what comes after a row that no screen would hold is left out.
 */
export function readClosed(data: readonly ClosedData[], frameCount: number, frameRate: Rational): Channel[] {
  const stream = new streams.CaptionStream({ parse708captions: false });
  const channels = new Map<string, Cue[]>();
  const toSeconds = (frame: number) => (frame * frameRate.den) / frameRate.num;
  stream.on("data", ({ stream: name, startPts, endPts, content }) => {
    const cues = channels.get(name) ?? [];
    channels.set(name, cues);
    if (content.some(({ text }) => text.length > MAX_ROW_CHARACTERS)) throw new EndlessRow();
    if (endPts <= startPts || cues.length >= MAX_CUES) return;
    const text = cleanCueText(content.map(lineOf).join("\n"));
    if (text === "") return;
    const settings = placeOf(content);
    cues.push({ startSeconds: toSeconds(startPts), endSeconds: toSeconds(endPts), text, settings });
  });
  try {
    [...data, [frameCount, ERASE_ALL] as const].forEach(([frame, triplets], index) => {
      if (index % BATCH === 0) stream.flush();
      stream.push({ nalUnitType: "sei_rbsp", escapedRBSP: messageOf(triplets), pts: frame, dts: frame });
    });
    stream.flush();
  } catch (error) {
    if (!(error instanceof EndlessRow)) throw error;
  }
  return [...channels]
    .map(([name, cues]) => ({ name, cues }))
    .filter(({ cues }) => cues.length > 0)
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** The message that a decoder of pictures would find (ATSC A/53 part 4, 6.2.3). */
function messageOf(triplets: string): Uint8Array {
  const data = Buffer.from(triplets, "hex");
  const count = data.length / 3;
  const user = Buffer.concat([
    Buffer.from("b500314741393403", "hex"),
    Buffer.from([0x40 | count, 0xff]),
    data,
    Buffer.from([0xff]),
  ]);
  return Buffer.concat([Buffer.from([4, user.length]), user, Buffer.from([0x80])]);
}

/** Italics and underlining are the reader's; whatever else looks like a tag is what somebody wrote. */
function lineOf({ text }: Row): string {
  return text
    .replaceAll("&", "&amp;")
    .replace(/<(?!\/?[iu]>)/g, "&lt;")
    .replace(/(?<!<\/?[iu])>/g, "&gt;");
}

/** Fifteen rows in the middle four fifths of the picture. */
const ROWS = { top: 10, height: 80 / 15 } as const;

/** Where the first row begins (W3C, Conversion of 608/708 captions to WebVTT). */
function placeOf(rows: readonly Row[]): string {
  const top = Math.min(...rows.map(({ line }) => line));
  const left = Math.min(...rows.map(({ position }) => position));
  const line = ROWS.top + (top - 1) * ROWS.height;
  return `line:${line.toFixed(2)}% position:${left}%,line-left align:start`;
}
