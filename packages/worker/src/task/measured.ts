import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Loudness, MAX_SCENE_CUTS, type SceneCuts } from "@telecine/core/source/measured";
import { type EncodePlan, LOUDNESS_FILE, SCENES_FILE } from "../ffmpeg/plan.ts";

/** What of a source is known only after it was decoded; null of what a task had no part in. */
export interface Measured {
  readonly loudness: Loudness | null;
  readonly sceneCuts: SceneCuts | null;
}

/** Reads what the encode of a plan has measured on its way. */
export async function readMeasured(
  { audio, rungs }: Pick<EncodePlan, "audio" | "rungs">,
  folder: string,
): Promise<Measured> {
  return {
    loudness: audio.length > 0 ? await readLoudness(join(folder, LOUDNESS_FILE)) : null,
    sceneCuts: rungs.length > 0 ? await readSceneCuts(join(folder, SCENES_FILE)) : null,
  };
}

/** Reads what ffmpeg's `ebur128` printed into a file. Null for silence. */
export async function readLoudness(path: string): Promise<Loudness | null> {
  return parseLoudness(await readEnd(path));
}

/** More than ffmpeg writes at a time, however many channels there are. */
const END_BYTES = 16_384;

async function readEnd(path: string): Promise<string> {
  await using file = await open(path);
  const { size } = await file.stat();
  const start = Math.max(size - END_BYTES, 0);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start);
  return buffer.toString("latin1", 0, bytesRead);
}

/** Below this nothing is heard, and nothing has a loudness (ITU-R BS.1770, the absolute gate). */
const SILENCE_LUFS = -70;

/** Reads the last of what ffmpeg's `ebur128` printed, which is of all that came before. Null for silence. */
export function parseLoudness(text: string): Loudness | null {
  const last = (name: string) =>
    Number(new RegExp(`.*^lavfi\\.r128\\.${name}=([-\\d.]+)$`, "ms").exec(text)?.[1]);
  const integratedLufs = last("I");
  if (!(integratedLufs > SILENCE_LUFS)) return null;
  const truePeakDbtp = 20 * Math.log10(last("true_peak"));
  return {
    integratedLufs: round(integratedLufs),
    rangeLu: round(last("LRA")),
    truePeakDbtp: round(truePeakDbtp),
  };
}

/** To the tenth: EBU Tech 3341 asks meters for no more. */
function round(decibels: number): number {
  return Math.round(decibels * 10) / 10;
}

async function readSceneCuts(path: string): Promise<SceneCuts> {
  const cuts = { count: 0, times: [] as number[] };
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const seconds = Number(/^lavfi\.scd\.time=([\d.]+)$/.exec(line)?.[1] ?? NaN);
    if (Number.isNaN(seconds)) continue;
    cuts.count++;
    if (cuts.times.length < MAX_SCENE_CUTS) cuts.times.push(seconds);
  }
  return cuts;
}
