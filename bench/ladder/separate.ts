import { encoderOptions, type FfmpegCommand, type Output, renditionsOf } from "./command.ts";

/** One rung of a ladder, as the worker's command has it. */
export interface RungCommand {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly encoder: readonly string[];
  readonly output: Output;
}

/** The rungs of a command, with what their encoders are told. */
export function rungsOf(command: FfmpegCommand): RungCommand[] {
  return renditionsOf(command).map((output) => {
    const chain = command.chains.find(({ outputs }) => outputs.includes(output.from));
    const [, width, height] = /scale=(?:width=)?(\d+):(?:height=)?(\d+)/.exec(chain?.filters ?? "") ?? [];
    if (!width || !height) throw new Error(`The size of ${output.target} is not in the filter graph.`);
    const name = output.target.split("/").at(-2) ?? output.from;
    return { name, width: Number(width), height: Number(height), encoder: encoderOptions(output), output };
  });
}

/** The picture before it is scaled to the first rung: timing, deinterlacing. Scaled to a rung's size from there. */
function scaledTo({ chains }: FfmpegCommand, { width, height }: RungCommand): string {
  const [first] = chains;
  if (!first) throw new Error("The command has no filter graph.");
  return `[${first.inputs.join("][")}]${first.filters.replace(/scale=\d+:\d+/, `scale=${width}:${height}`).replace(/,split=\d+$/, "")}[v]`;
}

/**
 * The ladder as most make it: one ffmpeg a rung, one after the other, each with a decode of its own, and the sound once.
 * Encoders and muxers are told the same as in ours.
 */
export function separateCommands(command: FfmpegCommand): string[][] {
  const { program, head, outputs } = command;
  const pictures = rungsOf(command).map((rung) => [
    ...[program, ...head, "-filter_complex", scaledTo(command, rung), "-map", "[v]"],
    ...words(rung.output),
  ]);
  const sound = outputs
    .filter(({ options }) => options.some(([name]) => name === "-c:a"))
    .map((output) => [program, ...head, "-map", output.from, ...words(output)]);
  return [...pictures, ...sound];
}

/** All pictures of the ladder as they reach the encoders, each in a file of its own. */
export function rawCommand(command: FfmpegCommand, fileOf: (rung: RungCommand) => string): string[] {
  const { program, head } = command;
  const rungs = rungsOf(command);
  const graphs = rungs.map((rung) => scaledTo(command, rung).replace(/\[v\]$/, `[${rung.output.from}]`));
  return [
    ...[program, ...head, "-y", "-filter_complex", graphs.join(";")],
    ...rungs.flatMap((rung) => ["-map", `[${rung.output.from}]`, "-f", "rawvideo", fileOf(rung)]),
  ];
}

function words({ options, target }: Output): string[] {
  return [...options.flatMap(([name, value]) => (value === undefined ? [name] : [name, value])), target];
}

/** `24/1`: what the filter graph makes of the source's frame rate. */
export function frameRateOf({ chains }: FfmpegCommand): string {
  const rate = /fps=fps=([\d/]+)/.exec(chains[0]?.filters ?? "")?.[1];
  if (!rate) throw new Error("The filter graph sets no frame rate.");
  return rate;
}
