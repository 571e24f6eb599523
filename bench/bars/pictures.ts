import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bar, Bench, Figure } from "../bar.ts";
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

/** Poster, storyboard and thumbnails come out of the one decode: what do they add, and do they show what they say? */
export const pictures: Bar = {
  name: "pictures",
  title: "Poster, storyboard and thumbnails",
  variants: ["job"],
  async measure(bench) {
    const { job } = await bench.rounds();
    const ladder = await bench.ladder();
    const board = await branchCpu(bench, ladder, "storyboard");
    const thumbnails = await branchCpu(bench, ladder, "thumbnails");
    const poster = middle(job.map(posterCpu));
    const whole = middle(job.map((usage) => usage.cpuSeconds)).value;
    const share = (sumOf: (part: Middle) => number) =>
      [board, thumbnails, poster].reduce((sum, part) => sum + sumOf(part), 0) / whole;
    return [
      {
        what: "CPU of poster, storyboard and thumbnails, of the whole job",
        value: share(({ value }) => value),
        range: [share(({ range }) => range[0]), share(({ range }) => range[1])],
        unit: "share",
        goal: { atMost: 0.005 },
        note: "a full decode of its own: 10 %; one seek a thumbnail: 24 %",
      },
      { what: "CPU of the storyboard", value: board.value * 1000, unit: "ms" },
      { what: "CPU of the thumbnails", value: thumbnails.value * 1000, unit: "ms" },
      { what: "CPU of the poster", value: poster.value * 1000, unit: "ms" },
      await tileError(bench),
    ];
  },
};

type Middle = ReturnType<typeof middle>;

function posterCpu({ runs }: JobUsage): number {
  const found = runs.find(({ args }) => args.includes("mjpeg") && args.includes("-frames:v"));
  if (!found) throw new Error("The task made no poster.");
  return found.cpuSeconds;
}

/** The pictures of a branch's size read with and without what makes JPEGs of some of them. */
async function branchCpu({ folder }: Bench, ladder: Ladder, name: string): Promise<Middle> {
  const { rung, branch } = branchTo(name, ladder);
  const cwd = await folder(name);
  await folder(`${name}/out/${name}`);
  const input = [
    ...[ladder.command.program, "-hide_banner", "-nostdin", "-v", "error", "-y"],
    ...(await rawInput(ladder, rung)),
  ];
  const nothing = ["-c:v", "wrapped_avframe", "-f", "null", "-"];
  const argvs = {
    without: [...input, "-map", "0:v", ...nothing],
    with: [...input, "-filter_complex", branch.graph, "-map", "[kept]", ...nothing, ...branch.output],
  };
  const { with: made, without } = await inTurns(["with", "without"], PAIRS, (turn) =>
    runNicely({ argv: argvs[turn], cwd }),
  );
  return middle(made.map(({ cpuSeconds }, turn) => cpuSeconds - (without[turn]?.cpuSeconds ?? NaN)));
}

/** What of the worker's command fills a folder with pictures, and the rung whose pictures it takes. */
function branchTo(name: string, { command: { chains, outputs }, rungs }: Ladder) {
  const output = outputs.find(({ target }) => target.split("/").at(-2) === name);
  const chain = chains.find((each) => output && each.outputs.includes(output.from));
  const [input = ""] = chain?.inputs ?? [];
  const scaled = chains.find((each) => each.outputs.includes(input));
  const rung = rungs.find((each) => scaled?.outputs.includes(each.output.from));
  if (!output || !chain || !rung) throw new Error(`The worker's command makes no ${name}.`);
  const words = output.options.flatMap(([option, value]) =>
    value === undefined ? [option] : [option, value],
  );
  return {
    rung,
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
