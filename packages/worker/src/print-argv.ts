import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { decideLadder } from "@telecine/core/ladder/decide";
import { Settings } from "@telecine/core/settings/settings";
import { encodeArgs } from "./ffmpeg/args.ts";
import { createRunTool } from "./ffmpeg/spawn.ts";
import { findTools } from "./ffmpeg/tools.ts";
import { inspectSource } from "./source/inspect.ts";
import { ladderSourceOf } from "./task/ladder.ts";
import { planEncode } from "./task/plan.ts";

/**
 * The ffmpeg command for a local file, as a line of JSON. Throws a Rejection when the file is none for us. For HDR the
 * command reads a table that an encode writes before it (color/cube.ts).
 */
export async function printArgv(file: string): Promise<string> {
  const tools = findTools();
  const path = resolve(file);
  const { size } = await stat(path);
  const deps = { run: createRunTool(tools), folder: process.cwd(), signal: new AbortController().signal };
  const inspection = await inspectSource({ path, sizeBytes: size }, deps);
  const settings = Settings.parse({});
  const ladder = decideLadder(ladderSourceOf(inspection), settings);
  return `${JSON.stringify([tools.ffmpeg, ...encodeArgs(planEncode(path, inspection, ladder, settings))])}\n`;
}
