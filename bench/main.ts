import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { promisify } from "node:util";
import { Command, InvalidArgumentError } from "commander";
import { fail } from "../scripts/lib/fail.ts";
import { callerFolder } from "../scripts/lib/folders.ts";
import { whenAskedToStop } from "../scripts/lib/signals.ts";
import type { Bar } from "./bar.ts";
import { BARS } from "./bars.ts";
import { openBench } from "./bench.ts";
import { type Footage, lengthOf, openFootage, SAMPLE } from "./ladder/clip.ts";
import { type BarResult, type Circumstances, describeMachine, toJson, toText, verdictOf } from "./report.ts";

interface Options {
  readonly only?: readonly Bar[];
  readonly runs: number;
  readonly seconds: number;
  readonly clip?: string;
  readonly json?: string | true;
  readonly strict?: boolean;
}

/** `npm run bench`: each figure that Telecine is held to, as a ratio to the others' way, measured in the same run. */
const program = new Command("npm run bench --")
  .description(
    "Measures what Telecine costs against the ways of its peers and against the physical limit, in turns on this machine, " +
      "and holds each figure against its goal. docs/benchmarks.md explains them.",
  )
  .option(
    "--only <names>",
    `only these bars, with commas: ${BARS.map(({ name }) => name).join(", ")}`,
    readBars,
  )
  .option("--runs <number>", "how often each thing is measured", readCount, 3)
  .option(
    "--seconds <number>",
    "the length of the clip that ladders are made of; the sample or the file of --clip as often as it takes",
    readCount,
    30,
  )
  .option("--clip <file>", "a video of your own instead of the sample, at most a minute long")
  .option("--json [file]", "the figures as JSON: into the file, or to standard output instead of the table")
  .option("--strict", "end with 1 when a goal is missed")
  .showHelpAfterError();

await main(program.parse().opts<Options>()).catch(fail);

async function main({ only = BARS, runs, seconds, clip, json, strict = false }: Options): Promise<void> {
  const say = (text: string) => process.stderr.write(`  ${text}\n`);
  const variants = [...new Set(only.flatMap((bar) => bar.variants ?? []))];
  const footage = clip === undefined ? SAMPLE : await openFootage(resolve(callerFolder, clip));
  const bench = await openBench({ runs, clipSeconds: seconds, footage, variants, say });
  // What was under way then has nobody to wait for: it would only find its servers gone.
  void whenAskedToStop(() => bench.close()).then(() => process.exit(130));
  try {
    const results: BarResult[] = [];
    for (const bar of only) {
      process.stderr.write(`${bar.title}\n`);
      const startedAt = performance.now();
      const figures = await bar.measure(bench);
      results.push({ bar, figures, seconds: (performance.now() - startedAt) / 1000 });
    }
    await write(results, await circumstances(runs, seconds, footage), json);
    if (strict && results.some(({ figures }) => figures.some((figure) => verdictOf(figure) === "missed")))
      process.exitCode = 1;
  } finally {
    await bench.close();
  }
}

async function write(
  results: readonly BarResult[],
  about: Circumstances,
  json: string | true | undefined,
): Promise<void> {
  if (json === true) process.stdout.write(toJson(results, about));
  else process.stdout.write(toText(results, about));
  if (typeof json === "string") await writeFile(resolve(callerFolder, json), toJson(results, about));
}

async function circumstances(runs: number, seconds: number, footage: Footage): Promise<Circumstances> {
  const { stdout } = await promisify(execFile)("ffmpeg", ["-version"]);
  const ffmpeg = /^ffmpeg version \S+/.exec(stdout)?.[0].replace("version ", "") ?? "ffmpeg";
  const at = new Date().toISOString().slice(0, 10);
  return {
    machine: describeMachine(),
    node: process.version,
    ffmpeg,
    at,
    runs,
    clip: basename(footage.file),
    clipSeconds: lengthOf(seconds, footage),
  };
}

function readBars(text: string): Bar[] {
  return text.split(",").map((name) => {
    const found = BARS.find((bar) => bar.name === name.trim());
    if (!found) throw new InvalidArgumentError(`There is no bar "${name}".`);
    return found;
  });
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError("Give a whole number from 1 on.");
}
