import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Bar, Bench, Figure } from "../bar.ts";
import { checkArgs } from "@telecine/worker/src/ffmpeg/check-args.ts";
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
    const board = await branchCpu(bench, ladder, "board");
    const thumbnails = await branchCpu(bench, ladder, "thumbnails");
    const looks = await branchCpu(bench, ladder, "looks");
    const poster = await posterCpu(bench, ladder);
    const whole = middle(job.map((usage) => usage.cpuSeconds)).value;
    const share = (sumOf: (part: Middle) => number) =>
      [board, thumbnails, looks, poster].reduce((sum, part) => sum + sumOf(part), 0) / whole;
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
      { what: "CPU of choosing a poster", value: looks.value * 1000, unit: "ms" },
      { what: "CPU of the poster", value: poster.value * 1000, unit: "ms" },
      await tileError(bench),
    ];
  },
};

type Middle = ReturnType<typeof middle>;

/** The pictures of a branch's size read with and without what becomes of some of them. */
async function branchCpu({ folder }: Bench, ladder: Ladder, pad: string): Promise<Middle> {
  const { rung, graph, output } = branchOf(pad, ladder);
  const cwd = await folder(pad);
  for (const name of ["storyboard", "thumbnails"]) await folder(`${pad}/out/${name}`);
  const input = [
    ...[ladder.command.program, "-hide_banner", "-nostdin", "-v", "error", "-y"],
    ...(await rawInput(ladder, rung)),
  ];
  const nothing = ["-c:v", "wrapped_avframe", "-f", "null", "-"];
  return difference(cwd, {
    without: [...input, "-map", "0:v", ...nothing],
    with: [...input, "-filter_complex", graph, "-map", "[kept]", ...nothing, ...output],
  });
}

/** CPU seconds that one command takes more than another. */
async function difference(cwd: string, argvs: Record<"with" | "without", string[]>): Promise<Middle> {
  const { with: made, without } = await inTurns(["with", "without"], PAIRS, (turn) =>
    runNicely({ argv: argvs[turn], cwd }),
  );
  return middle(made.map(({ cpuSeconds }, turn) => cpuSeconds - (without[turn]?.cpuSeconds ?? NaN)));
}

/** The chain of the worker's command that ends in a pad, or begins with it and ends nowhere; and whose pictures it takes. */
function branchOf(pad: string, { command: { chains, outputs }, rungs }: Ladder) {
  const output = outputs.find(({ from }) => from === pad);
  const chain = chains.find((each) => (output ? each.outputs : each.inputs).includes(pad));
  const [input = ""] = chain?.inputs ?? [];
  const scaled = chains.find((each) => each.outputs.includes(input));
  const rung = rungs.find((each) => scaled?.outputs.includes(each.output.from));
  if (!chain || !rung) throw new Error(`The worker's command has no [${pad}].`);
  const options = output?.options.flatMap(([option, value]) =>
    value === undefined ? [option] : [option, value],
  );
  return {
    rung,
    graph: `[0:v]split=2[kept][${input}];[${input}]${chain.filters}${output ? `[${pad}]` : ""}`,
    output: output ? ["-map", `[${pad}]`, ...(options ?? []), output.target] : [],
  };
}

/** What was made checked with and without a picture of a keyframe on the way. */
async function posterCpu({ folder }: Bench, { argv, rungs, command }: Ladder): Promise<Middle> {
  const cwd = await folder("poster");
  for (const { target } of command.outputs) await folder(join("poster", dirname(target)));
  await runNicely({ argv, cwd });
  const smallest = rungs.at(-1)?.name ?? "";
  const poster = rungs.find(({ width, height }) => Math.min(width, height) <= 720)?.name ?? smallest;
  const still = { name: poster, fragment: "f00001.m4s", file: "out/poster.jpg" };
  const args = checkArgs([{ kind: "whole", name: smallest }], still);
  // The still is the last input, and the last output.
  const input = args.lastIndexOf("-threads");
  const without = [...args.slice(0, input), ...args.slice(args.indexOf("-map"), args.lastIndexOf("-map"))];
  return difference(cwd, { with: [command.program, ...args], without: [command.program, ...without] });
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
