import { join } from "node:path";
import { root } from "../../scripts/lib/folders.ts";
import { run } from "../lib/usage.ts";
import { lengthOf, makeClip, SAMPLE_SECONDS } from "./clip.ts";
import { type FfmpegCommand, parseCommand } from "./command.ts";
import { frameRateOf, rawCommand, type RungCommand, rungsOf } from "./separate.ts";

/** What ladders are encoded of, and how the worker would do it. */
export interface Ladder {
  readonly clip: string;
  readonly seconds: number;
  /** As the worker prints it: it writes below `out/` of the folder that it runs in. */
  readonly argv: readonly string[];
  readonly command: FfmpegCommand;
  readonly rungs: readonly RungCommand[];
  /** At most ten seconds of each rung's pictures as they reach the encoder, as 4:2:0 without a header. */
  rawOf(rung: RungCommand): Promise<string>;
}

const WORKER = `${root}/packages/worker/src/main.ts`;

export async function prepareLadder(folder: string, clipSeconds: number): Promise<Ladder> {
  const clip = await makeClip(folder, clipSeconds);
  const argv = await printedCommand(clip);
  const command = parseCommand(argv);
  const rungs = rungsOf(command);
  const fileOf = (rung: RungCommand) => join(folder, `${rung.name}.yuv`);
  const makeRaws = async () => {
    const part = clipSeconds > SAMPLE_SECONDS ? await makeClip(folder, SAMPLE_SECONDS) : clip;
    await run({ argv: rawCommand(parseCommand(await printedCommand(part)), fileOf) });
  };
  let raws: Promise<void> | undefined;
  return {
    ...{ clip, argv, command, rungs, seconds: lengthOf(clipSeconds) },
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

/** What ffmpeg is told to read a rung's raw pictures, so many times over. */
export async function rawInput(ladder: Ladder, rung: RungCommand, times: number): Promise<string[]> {
  const size = `${rung.width}x${rung.height}`;
  return [
    ...["-f", "rawvideo", "-pix_fmt", "yuv420p", "-s", size, "-r", frameRateOf(ladder.command)],
    ...["-stream_loop", String(times - 1), "-i", await ladder.rawOf(rung)],
  ];
}
