import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ClosedData, MAX_CLOSED, MAX_TRIPLETS } from "@telecine/core/captions/closed-data";
import { tripletsOf } from "@telecine/core/captions/triplets";
import { codecOf } from "@telecine/core/ladder/ladder";
import { OUTPUT_FOLDER } from "../ffmpeg/plan.ts";
import { picturesOf } from "./fragments.ts";
import type { Output } from "./output.ts";
import { fragmentsOf } from "./track.ts";

/** What captions in a picture begin with: ATSC's name for them. */
const ATSC = "GA94";
const SEI = 6;
/** Before each unit of a coded picture stands its length. */
const LENGTH_BYTES = 4;

/**
 * CEA-608 in the pictures of what was made, which x264 takes over from the source's: the smallest rendition's, with a frame's
 * number over the whole video. Next to no work, and none where no picture has any.
 */
export async function readClosedData(
  { renditions }: Output,
  firstFrame: number,
  folder: string,
): Promise<ClosedData[]> {
  const smallest = renditions.findLast(({ name }) => codecOf(name) === "h264");
  const found: ClosedData[] = [];
  let first = firstFrame;
  for (const { file, sampleCount } of fragmentsOf(smallest?.segments ?? [])) {
    const bytes = await readFile(join(folder, OUTPUT_FOLDER, file));
    if (bytes.includes(ATSC)) found.push(...dataOf(picturesOf(bytes), first));
    first += sampleCount;
  }
  return found.slice(0, MAX_CLOSED);
}

function dataOf(pictures: readonly Buffer[], first: number): ClosedData[] {
  return pictures.flatMap((picture, index) => {
    const triplets = unitsOf(picture).flatMap(tripletsOf).slice(0, MAX_TRIPLETS);
    return triplets.length > 0 ? [[first + index, triplets.join("")] as const] : [];
  });
}

/** The units of additional information in a coded picture, without their headers. */
function unitsOf(picture: Buffer): Buffer[] {
  const units: Buffer[] = [];
  for (let at = 0; at + LENGTH_BYTES < picture.length;) {
    const start = at + LENGTH_BYTES;
    const end = start + picture.readUInt32BE(at);
    if ((picture.readUInt8(start) & 0x1f) === SEI) units.push(picture.subarray(start + 1, end));
    at = end;
  }
  return units;
}
