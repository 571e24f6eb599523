import { open, rename } from "node:fs/promises";
import { join } from "node:path";
import { countTiles, fillSheets, firstTile } from "@telecine/core/storyboard/storyboard";
import { thumbnailKey } from "@telecine/core/storyboard/thumbnail";
import type { Storyboard } from "@telecine/core/task/contract";
import { type EncodePlan, OUTPUT_FOLDER, STORYBOARD_FOLDER } from "../ffmpeg/plan.ts";
import { invalid, type MeasuredFile } from "./track.ts";

/**
 * Takes the sheets of a storyboard, as many as the frames that were made need, to the names that they are stored by: they
 * count from 0, without the picture of nothing ahead of them. Null where no tile falls among the frames. Throws a TaskFailure unless each is a whole
 * JPEG: ffmpeg leaves half a picture on a full disk, and says nothing.
 */
export async function takeStoryboard(
  { storyboard, firstFrame, filePrefix }: Pick<EncodePlan, "storyboard" | "firstFrame" | "filePrefix">,
  frameCount: number,
  folder: string,
): Promise<Storyboard | null> {
  const tiles = countTiles({ firstFrame, frameCount }, storyboard.framesPerTile);
  const sheets: Storyboard["sheets"] = [];
  const pathOf = (key: string) => join(folder, OUTPUT_FOLDER, key);
  const keyOf = (number: number) =>
    `${STORYBOARD_FOLDER}/${filePrefix}${String(number).padStart(3, "0")}.jpg`;
  for (const [sheet, tileCount] of fillSheets(tiles, storyboard).entries()) {
    const key = keyOf(sheet);
    const sizeBytes = await measureJpeg(pathOf(keyOf(sheet + 1)), key);
    await rename(pathOf(keyOf(sheet + 1)), pathOf(key));
    sheets.push({ key, sizeBytes, tileCount });
  }
  return sheets.length > 0 ? { ...storyboard, sheets } : null;
}

/** Finds the larger pictures of the same times. Throws a TaskFailure unless each is a whole JPEG. */
export async function measureThumbnails(
  { storyboard: { framesPerTile }, firstFrame }: Pick<EncodePlan, "storyboard" | "firstFrame">,
  frameCount: number,
  folder: string,
): Promise<MeasuredFile[]> {
  const first = firstTile(firstFrame, framesPerTile);
  const files: MeasuredFile[] = [];
  for (let index = 0; index < countTiles({ firstFrame, frameCount }, framesPerTile); index++) {
    const key = thumbnailKey(first + index);
    files.push({ key, sizeBytes: await measureJpeg(join(folder, OUTPUT_FOLDER, key), key) });
  }
  return files;
}

const START_OF_IMAGE = 0xffd8;
const END_OF_IMAGE = 0xffd9;

/** The size of a JPEG that begins and ends as one. */
async function measureJpeg(path: string, key: string): Promise<number> {
  try {
    await using file = await open(path);
    const { size } = await file.stat();
    const marks = Buffer.alloc(4);
    await file.read(marks, 0, 2, 0);
    await file.read(marks, 2, 2, Math.max(size - 2, 0));
    if (marks.readUInt16BE(0) === START_OF_IMAGE && marks.readUInt16BE(2) === END_OF_IMAGE) return size;
  } catch (error) {
    throw invalid(`${key} cannot be read`, { cause: error });
  }
  throw invalid(`${key} is no whole picture`);
}
