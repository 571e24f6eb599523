import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { moveCues, readCaptions, writeWebVtt } from "@telecine/core/captions/webvtt";
import { toNumber } from "@telecine/core/media/rational";
import type { EncodedCaptions } from "@telecine/core/task/contract";
import { CAPTIONS_FOLDER, type CaptionPlan, type EncodePlan, OUTPUT_FOLDER } from "../ffmpeg/plan.ts";
import { describeWords } from "../source/describe.ts";
import type { Inspection } from "../source/inspect.ts";

/** The words of a ten-hour film have less than one. */
const MAX_BYTES = 4_000_000;

/**
 * Makes of what the encode left the files that players read: on the picture's clock, with nothing in them but words. A
 * track that is empty, too large or not to be read is left out: nobody loses a video for it.
 */
export async function makeCaptions(
  plans: readonly EncodePlan[],
  { captions }: Pick<Inspection, "captions">,
  folder: string,
): Promise<EncodedCaptions[]> {
  const made: EncodedCaptions[] = [];
  await mkdir(join(folder, OUTPUT_FOLDER, CAPTIONS_FOLDER), { recursive: true });
  const tracks = plans.flatMap((plan) => plan.captions.map((track) => ({ plan, track })));
  for (const { plan, track } of tracks) {
    const text = await readRaw(join(folder, CAPTIONS_FOLDER, `${track.name}.vtt`));
    const written = text === undefined ? undefined : await convert(text, plan);
    if (!written) continue;
    const stream = captions.find(({ index }) => index === track.streamIndex);
    made.push({
      ...(await store(track, written.text, folder)),
      ...describeWords(stream),
      cueCount: written.count,
    });
  }
  return made;
}

async function readRaw(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > MAX_BYTES ? undefined : await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

async function convert(text: string, { video, frameCount, frameRate }: EncodePlan) {
  const captions = await readCaptions(text);
  const cues = moveCues(captions?.cues ?? [], -video.startSeconds, frameCount / toNumber(frameRate));
  return cues.length > 0 ? { text: writeWebVtt(cues), count: cues.length } : undefined;
}

async function store({ name }: CaptionPlan, text: string, folder: string) {
  const key = `${CAPTIONS_FOLDER}/${name}.vtt`;
  await writeFile(join(folder, OUTPUT_FOLDER, key), text);
  return { key, sizeBytes: Buffer.byteLength(text) };
}
