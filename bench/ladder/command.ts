/**
 * An ffmpeg command taken apart: what the worker would run is what the others are measured with, option for option.
 * Written for the commands that the worker prints, whose options all stand after a dash.
 */
export interface FfmpegCommand {
  readonly program: string;
  /** Everything before the first output, the filter graph apart. */
  readonly head: readonly string[];
  readonly chains: readonly Chain[];
  readonly outputs: readonly Output[];
}

/** One chain of the filter graph. */
interface Chain {
  readonly inputs: readonly string[];
  readonly filters: string;
  readonly outputs: readonly string[];
}

export interface Output {
  /** The label or the stream that it is made of, without brackets. */
  readonly from: string;
  readonly options: readonly (readonly [name: string, value: string | undefined])[];
  readonly target: string;
}

const GRAPH = "-filter_complex";
/** Options of outputs that stand alone. */
const FLAGS = new Set(["-bitexact", "-shortest", "-an", "-vn"]);

/** Takes a command apart. Throws when it is not of that form. */
export function parseCommand(argv: readonly string[]): FfmpegCommand {
  const [program, ...words] = argv;
  const start = words.indexOf("-map");
  if (program === undefined || start < 0)
    throw new Error("An ffmpeg command with outputs by -map was expected.");
  const before = words.slice(0, start);
  const at = before.indexOf(GRAPH);
  return {
    program,
    head: at < 0 ? before : before.toSpliced(at, 2),
    chains: at < 0 ? [] : parseGraph(before[at + 1] ?? ""),
    outputs: parseOutputs(words.slice(start)),
  };
}

function parseGraph(text: string): Chain[] {
  return text.split(";").map((chain) => {
    const [, inputs = "", filters = "", outputs = ""] =
      /^((?:\[[^\]]+\])*)(.*?)((?:\[[^\]]+\])*)$/.exec(chain) ?? [];
    return { inputs: labels(inputs), filters, outputs: labels(outputs) };
  });
}

function labels(text: string): string[] {
  return [...text.matchAll(/\[([^\]]+)\]/g)].map(([, label]) => label ?? "");
}

function parseOutputs(words: readonly string[]): Output[] {
  const outputs: Output[] = [];
  let options: [string, string | undefined][] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word.startsWith("-") && word !== "-") {
      options.push([word, FLAGS.has(word) ? undefined : words[++at]]);
      continue;
    }
    const from = options.find(([name]) => name === "-map")?.[1] ?? "";
    outputs.push({
      from: from.replaceAll(/[[\]]/g, ""),
      options: options.filter(([name]) => name !== "-map"),
      target: word,
    });
    options = [];
  }
  if (options.length > 0) throw new Error(`The command ends without the target of ${options[0]?.join(" ")}.`);
  return outputs;
}

/** What belongs to leaving ffmpeg, not to encoding. */
const PACKAGING =
  /^-(f|fps_mode|map_metadata|map_chapters|bitexact|avoid_negative_ts|hls_\w+|start_number|movflags|metadata\S*)$/;

/** The options of an output that its encoder is told. */
export function encoderOptions({ options }: Output): string[] {
  return options
    .filter(([name]) => !PACKAGING.test(name))
    .flatMap(([name, value]) => (value === undefined ? [name] : [name, value]));
}

export function optionOf({ options }: Output, name: string): string | undefined {
  return options.find(([candidate]) => candidate === name)?.[1];
}

/** The pictures of a ladder: outputs of the encoder that makes renditions. */
export function renditionsOf({ outputs }: FfmpegCommand): Output[] {
  return outputs.filter((output) => optionOf(output, "-c:v") === "libx264");
}
