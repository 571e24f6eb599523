import { join } from "node:path";
import { root } from "../../scripts/lib/folders.ts";
import { run } from "../lib/usage.ts";
import { type Footage, lengthOf, loopsFor, makeClip } from "./clip.ts";
import { type FfmpegCommand, parseCommand } from "./command.ts";
import { frameRateOf, rawCommand, type RungCommand, rungsOf } from "./separate.ts";

/** What ladders are encoded of, and how the worker would do it. */
export interface Ladder {
  readonly clip: string;
  readonly footage: Footage;
  readonly seconds: number;
  /** How often the raw pictures are played to be as many as the clip's. */
  readonly loops: number;
  /** As the worker prints it: it writes below `out/` of the folder that it runs in. */
  readonly argv: readonly string[];
  readonly command: FfmpegCommand;
  readonly rungs: readonly RungCommand[];
  /** Each rung's pictures of the clip, or of the footage once, as they reach the encoder: as 4:2:0 without a header. */
  rawOf(rung: RungCommand): Promise<string>;
}

const WORKER = `${root}/packages/worker/src/main.ts`;

export async function prepareLadder(folder: string, clipSeconds: number, footage: Footage): Promise<Ladder> {
  const clip = await makeClip(folder, clipSeconds, footage);
  const argv = await printedCommand(clip);
  const command = parseCommand(argv);
  const rungs = rungsOf(command);
  const fileOf = (rung: RungCommand) => join(folder, `${rung.name}.yuv`);
  const makeRaws = async () => {
    const { seconds } = footage;
    const part = clipSeconds > seconds ? await makeClip(folder, seconds, footage) : clip;
    await run({ argv: rawCommand(parseCommand(await printedCommand(part)), fileOf) });
  };
  let raws: Promise<void> | undefined;
  return {
    ...{ clip, footage, argv, command, rungs },
    ...{ seconds: lengthOf(clipSeconds, footage), loops: loopsFor(clipSeconds, footage) },
    async rawOf(rung) {
      await (raws ??= makeRaws());
      return fileOf(rung);
    },
  };
}

async function printedCommand(clip: string): Promise<string[]> {
  const argv = [process.execPath, "--disable-warning=ExperimentalWarning", WORKER, "--print-argv", clip];
  const { output } = await run({ argv, output: "collected" });
  return JSON.parse(output.toString()) as string[];
}

/** What ffmpeg is told to read a rung's raw pictures so many times; by default they are as many as the clip has. */
export async function rawInput(ladder: Ladder, rung: RungCommand, times = ladder.loops): Promise<string[]> {
  const size = `${rung.width}x${rung.height}`;
  return [
    ...["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", frameRateOf(ladder.command)],
    ...["-stream_loop", String(times - 1), "-i", await ladder.rawOf(rung)],
  ];
}
