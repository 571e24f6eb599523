import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bar, Bench, Figure } from "../bar.ts";
import { loopsFor } from "../ladder/clip.ts";
import type { JobUsage } from "../ladder/job.ts";
import { type Ladder, rawInput } from "../ladder/ladder.ts";
import { middle } from "../lib/statistics.ts";
import { inTurns } from "../lib/turns.ts";
import { run, runNicely } from "../lib/usage.ts";
import { makeNumberedClip, readNumber } from "../pictures/numbered.ts";
import { parseStoryboard, type Tile } from "../pictures/storyboard.ts";

/** Far less than a run's own scatter: many pairs of the cheapest thing that differs by nothing else. */
const PAIRS = 7;
const NUMBERED_SECONDS = 20;

/** Poster and storyboard come out of the one decode: what do they add, and do they show what they say? */
export const pictures: Bar = {
  name: "pictures",
  title: "Poster and storyboard",
  variants: ["job"],
  async measure(bench) {
    const { job } = await bench.rounds();
    const board = await storyboardCpu(bench, await bench.ladder());
    const poster = middle(job.map(posterCpu));
    const share = (cpuSeconds: number) => cpuSeconds / middle(job.map((usage) => usage.cpuSeconds)).value;
    return [
      {
        what: "CPU of poster and storyboard, of the whole job",
        value: share(board.value + poster.value),
        range: [share(board.range[0] + poster.range[0]), share(board.range[1] + poster.range[1])],
        unit: "share",
        goal: { atMost: 0.005 },
        note: "a full decode of its own: 10 %; one seek a thumbnail: 24 %",
      },
      { what: "CPU of the storyboard", value: board.value * 1000, unit: "ms" },
      { what: "CPU of the poster", value: poster.value * 1000, unit: "ms" },
      await tileError(bench),
    ];
  },
};

function posterCpu({ runs }: JobUsage): number {
  const found = runs.find(({ args }) => args.includes("mjpeg") && args.includes("-frames:v"));
  if (!found) throw new Error("The task made no poster.");
  return found.cpuSeconds;
}

/** The smallest rung's pictures read with and without the branch that makes the sheets. */
async function storyboardCpu({ folder }: Bench, ladder: Ladder) {
  const { smallest, branch } = partsOf(ladder);
  const cwd = await folder("storyboard");
  await folder("storyboard/out/storyboard");
  const input = [
    ...[ladder.command.program, "-hide_banner", "-nostdin", "-v", "error", "-y"],
    ...(await rawInput(ladder, smallest, loopsFor(ladder.seconds))),
  ];
  const nothing = ["-c:v", "wrapped_avframe", "-f", "null", "-"];
  const argvs = {
    without: [...input, "-map", "0:v", ...nothing],
    with: [...input, "-filter_complex", branch.graph, "-map", "[kept]", ...nothing, ...branch.output],
  };
  const { with: made, without } = await inTurns(["with", "without"], PAIRS, (name) =>
    runNicely({ argv: argvs[name], cwd }),
  );
  return middle(made.map(({ cpuSeconds }, turn) => cpuSeconds - (without[turn]?.cpuSeconds ?? NaN)));
}

function partsOf({ command, rungs }: Ladder) {
  const smallest = rungs.at(-1);
  const output = command.outputs.find(({ options }) => options.some(([, value]) => value === "mjpeg"));
  const chain = command.chains.find(({ outputs }) => output && outputs.includes(output.from));
  if (!smallest || !output || !chain) throw new Error("The worker's command makes no storyboard.");
  const [input = ""] = chain.inputs;
  const words = output.options.flatMap(([name, value]) => (value === undefined ? [name] : [name, value]));
  return {
    smallest,
    branch: {
      graph: `[0:v]split=2[kept][${input}];[${input}]${chain.filters}[${output.from}]`,
      output: ["-map", `[${output.from}]`, ...words, output.target],
    },
  };
}

/** A whole job with a clip whose pictures say their number: each tile must show the picture of its time. */
async function tileError({ folder, jobs, say }: Bench): Promise<Figure> {
  const place = await folder("numbered");
  const clip = await makeNumberedClip(join(place, "numbered.mp4"), NUMBERED_SECONDS);
  const { made: attempt } = await (await jobs()).whole(clip.file);
  const { readOutput } = await import("../rig/video.ts");
  const vtt = Buffer.from(await readOutput(attempt, "storyboard.vtt")).toString();
  const tiles = parseStoryboard(vtt);
  const errors: number[] = [];
  for (const tile of tiles) {
    const sheet = join(place, "sheet.jpg");
    await writeFile(sheet, await readOutput(attempt, tile.sheet));
    const shown = readNumber(await lumaOf(sheet, tile), tile.width);
    errors.push(Math.abs(shown - tile.startSeconds * clip.framesPerSecond));
  }
  say(`${tiles.length} tiles read`);
  const range = [Math.min(...errors), Math.max(...errors)] as const;
  return {
    what: `frames between a tile and its time, the worst of ${tiles.length}`,
    value: range[1],
    unit: "count",
    goal: { atMost: 1 },
    note: "read from the published sheets and their WebVTT",
  };
}

async function lumaOf(sheet: string, { x, y, width, height }: Tile): Promise<Buffer> {
  const filter = `crop=${width}:${height}:${x}:${y},format=gray`;
  const { output } = await run({
    argv: ["ffmpeg", "-v", "error", "-i", sheet, "-vf", filter, "-f", "rawvideo", "-"],
    output: "collected",
  });
  return output;
}
