import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { Command } from "commander";
import { COMMAND, runCommand } from "sst-local/emulator/command";
import { synthesize } from "sst-local/synth/synthesize";
import { draw } from "../infra/diagram/draw.ts";
import { fail } from "./lib/fail.ts";
import { callerFolder, root } from "./lib/folders.ts";

interface Options {
  readonly stage: string;
  readonly out?: string;
  readonly check?: boolean;
}

/** `npm run diagram`: draws the architecture from the graph that a deployment would register. */
const program = new Command("npm run diagram --")
  .description("Draws the architecture of a stage from its resource graph, as an SVG file.")
  .option("--stage <name>", "the stage to draw", "production")
  .option("--out <file>", "where to write it (default: docs/architecture.svg of this repository)")
  .option("--check", "write nothing; end with code 1 when the file is not what would be drawn")
  .showHelpAfterError();

const { stage, out, check } = program.parse().opts<Options>();
const file = out === undefined ? resolve(root, "docs/architecture.svg") : resolve(callerFolder, out);
const name = relative(callerFolder, file);
try {
  const graph = await synthesize({
    root,
    stage,
    outputs: { [COMMAND]: (resource) => runCommand(resource, root) },
  });
  const svg = await draw(graph);
  if (check) compare(svg);
  else write(svg);
} catch (error) {
  fail(error);
}

function compare(svg: string): void {
  if (existsSync(file) && readFileSync(file, "utf8") === svg) {
    process.stderr.write(`${name} is what stage ${stage} looks like.\n`);
    return;
  }
  const state = existsSync(file) ? "is not what" : "does not exist; it should be what";
  throw new Error(`${name} ${state} stage ${stage} looks like now. Draw it with \`npm run diagram\`.`);
}

function write(svg: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, svg);
  process.stderr.write(`Stage ${stage} is drawn in ${name}.\n`);
}
