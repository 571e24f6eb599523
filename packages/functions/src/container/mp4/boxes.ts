import { ISOFile, MP4BoxBuffer } from "mp4box";
import type { Ranges } from "../ranges.ts";

/** A parsed index, and one of its tracks. */
export type Movie = ISOFile["moov"];
export type Track = Movie["traks"][number];

/** Where a box of the file's top level lies. */
interface Place {
  readonly type: string;
  readonly start: number;
  /** Where it ends by its own word, which may be beyond the file. */
  readonly end: number;
}

/** What the top level of a file says. */
export interface Outline {
  readonly boxes: readonly Place[];
  /** Whether the last box ends where the file does. */
  readonly isWhole: boolean;
}

/** More than a file has that is not in fragments: those are not measured here. */
const MAX_BOXES = 64;
/** Four hours at 60 frames a second have an index of about 20 MB. */
const MAX_INDEX_BYTES = 64 * 1024 * 1024;
const HEADER_BYTES = 16;

/** The boxes of a file's top level; null when it does not begin as files of this family do. */
export async function outlineOf(ranges: Ranges): Promise<Outline | null> {
  const boxes: Place[] = [];
  let start = 0;
  while (start < ranges.sizeBytes && boxes.length < MAX_BOXES) {
    const box = await placeAt(start, ranges);
    if (!box) return boxes.length > 0 ? { boxes, isWhole: false } : null;
    if (boxes.length === 0 && box.type !== "ftyp") return null;
    boxes.push(box);
    start = box.end;
  }
  return { boxes, isWhole: start === ranges.sizeBytes };
}

/** ISO 14496-12, 4.2: a size of 1 is followed by one of 64 bits, and a size of 0 reaches to the file's end. */
async function placeAt(start: number, ranges: Ranges): Promise<Place | null> {
  const end = Math.min(start + HEADER_BYTES, ranges.sizeBytes);
  if (end - start < 8) return null;
  const header = Buffer.from(await ranges.read(start, end));
  const type = header.toString("latin1", 4, 8);
  const short = header.readUInt32BE(0);
  if (short === 0) return { type, start, end: ranges.sizeBytes };
  if (short === 1 && header.length < HEADER_BYTES) return null;
  const size = short === 1 ? Number(header.readBigUInt64BE(8)) : short;
  return size < 8 || !/^[\x20-\x7e\xa9]{4}$/.test(type) ? null : { type, start, end: start + size };
}

/** The index of a file, parsed; null where it is larger than a video's can be, or not there whole. */
export async function readIndex({ start, end }: Place, ranges: Ranges): Promise<Movie | null> {
  if (end > ranges.sizeBytes || end - start > MAX_INDEX_BYTES) return null;
  const bytes = await ranges.read(start, end);
  const file = new ISOFile();
  // The tables are wanted as they stand: a list of samples would take hundreds of bytes for each.
  file.sampleListBuilt = true;
  file.appendBuffer(MP4BoxBuffer.fromArrayBuffer(new Uint8Array(bytes).buffer, 0), true);
  // What a file leaves out is undefined, whatever the types say.
  const { moov } = file as Partial<ISOFile>;
  return moov ?? null;
}
