import { Copy, DockerfileParser, Env, From, type Instruction } from "dockerfile-ast";
import { validate, ValidationSeverity } from "dockerfile-utils";

/** What a stage does, in its order. */
export type Step =
  | { readonly kind: "run"; readonly command: string }
  | {
      readonly kind: "copy";
      /** The name of an earlier stage, or undefined for the build's context. */
      readonly from: string | undefined;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: "workdir"; readonly path: string }
  | { readonly kind: "env"; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: "user"; readonly user: string }
  | { readonly kind: "volume"; readonly paths: readonly string[] }
  | { readonly kind: "stopsignal"; readonly signal: string }
  | { readonly kind: "entrypoint"; readonly command: readonly string[] };

export interface Stage {
  /** Its name for `COPY --from`, or its number. */
  readonly name: string;
  readonly base: { readonly image: string; readonly tag: string };
  readonly steps: readonly Step[];
}

/**
 * Reads a Dockerfile. Throws with every mistake that the linter finds, and for what these checks cannot carry out: they
 * follow the file and must not pass over a part of it.
 */
export function readDockerfile(text: string): readonly Stage[] {
  const problems = validate(text).map(
    ({ range, message, severity }) =>
      `line ${range.start.line + 1}: ${typeof message === "string" ? message : message.value} (${severity === ValidationSeverity.ERROR ? "error" : "warning"})`,
  );
  if (problems.length > 0) throw new Error(`The Dockerfile has mistakes:\n${problems.join("\n")}`);
  const stages: { name: string; base: Stage["base"]; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    if (instruction instanceof From) stages.push(open(instruction, stages.length));
    else stages.at(-1)?.steps.push(toStep(instruction));
  }
  return stages;
}

function open(from: From, index: number) {
  const image = from.getImageName();
  const tag = from.getImageTag();
  if (!image || !tag) throw new Error(`FROM ${from.getImage() ?? ""} names no version.`);
  return { name: from.getBuildStage() ?? String(index), base: { image, tag }, steps: [] };
}

function toStep(instruction: Instruction): Step {
  const words = instruction.getArguments().map((argument) => argument.getValue());
  const [first = ""] = words;
  if (instruction instanceof Copy) return toCopy(instruction, words);
  if (instruction instanceof Env) return { kind: "env", values: valuesOf(instruction) };
  switch (instruction.getKeyword()) {
    case "RUN":
      return { kind: "run", command: commandOf(instruction) };
    case "WORKDIR":
      return { kind: "workdir", path: first };
    case "USER":
      return { kind: "user", user: first };
    case "VOLUME":
      return { kind: "volume", paths: words };
    case "STOPSIGNAL":
      return { kind: "stopsignal", signal: first };
    case "ENTRYPOINT":
      return {
        kind: "entrypoint",
        command: JSON.parse(instruction.getRawArgumentsContent() ?? "") as string[],
      };
    default:
      throw new Error(
        `These checks cannot carry out ${instruction.getKeyword()}. Teach them, or leave it out.`,
      );
  }
}

/** The shell gets the command as Docker gives it: without the lines that are comments, continued lines as one. */
function commandOf(instruction: Instruction): string {
  const text = instruction.getRawArgumentsContent() ?? "";
  if (text.startsWith("--") || text.startsWith("[") || text.includes("<<"))
    throw new Error(`These checks carry out RUN with a plain command only, not: ${text.slice(0, 60)}`);
  const lines = text.split("\n").filter((line) => !/^\s*#/.test(line));
  return lines.join("\n").replaceAll(/\\\n/g, "");
}

function toCopy(copy: Copy, words: readonly string[]): Step {
  const sources = words.slice(0, -1);
  const target = words.at(-1) ?? "";
  if (sources.some((source) => /[*?[]/.test(source)))
    throw new Error(`These checks copy files and folders by their names, not patterns: ${sources.join(" ")}`);
  return { kind: "copy", from: copy.getFromFlag()?.getValue() ?? undefined, sources, target };
}

function valuesOf(env: Env): Record<string, string> {
  return Object.fromEntries(
    env.getProperties().map((property) => [property.getName(), property.getValue() ?? ""]),
  );
}
