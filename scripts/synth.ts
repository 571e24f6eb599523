import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import { COMMAND, runCommand } from "sst-local/emulator/command";
import { synthesize } from "sst-local/synth/synthesize";
import { fail } from "./lib/fail.ts";
import { root, callerFolder } from "./lib/folders.ts";

interface Options {
  readonly stage: string;
  readonly dev?: boolean;
  readonly out?: string;
}

/** `npm run synth`: the resource graph that `sst deploy` would register, as JSON. */
const program = new Command("npm run synth --")
  .description(
    "Evaluates sst.config.ts through SST's own components, without a cloud account, and writes the resource graph.",
  )
  .option("--stage <name>", "the stage to evaluate for", "local")
  .option("--dev", "evaluate as `sst dev` does")
  .option("--out <file>", "where to write the graph; default: standard output")
  .showHelpAfterError();

const { stage, dev, out } = program.parse().opts<Options>();
try {
  const graph = await synthesize({
    root,
    stage,
    dev: dev ?? false,
    outputs: { [COMMAND]: (resource) => runCommand(resource, root) },
  });
  // The functions' links and the graph of a real stage hold secrets' names, never real secrets: nothing is deployed here.
  const { app, outputs, functions, resources } = graph;
  const text = `${JSON.stringify({ app, outputs, functions, resources }, null, 2)}\n`;
  if (out) {
    writeFileSync(resolve(callerFolder, out), text);
    process.stderr.write(
      `${resources.length} resources and ${functions.length} functions of stage ${stage} are in ${out}.\n`,
    );
  } else {
    process.stdout.write(text);
  }
} catch (error) {
  fail(error);
}
