import { Command, InvalidArgumentError } from "commander";
import { COMMAND, runCommand } from "sst-local/emulator/command";
import { synthesize } from "sst-local/synth/synthesize";
import { RULES } from "../infra/policy/catalogue.ts";
import { inspect } from "../infra/policy/inspect.ts";
import { describeRule, mayDeploy, toJson, toText } from "../infra/policy/report.ts";
import { fail } from "./lib/fail.ts";
import { root } from "./lib/folders.ts";

interface Options {
  readonly stage: string;
  readonly json?: boolean;
  readonly rules?: boolean;
}

/** `npm run policy`: the resource graph of a stage, held against the rules of infra/policy. */
const program = new Command("npm run policy --")
  .description(
    "Holds the resource graph of a stage against the policy rules. Ends with 1 when a rule blocks the stage, " +
      "when a waiver is missing, or when one is no longer needed.",
  )
  .option("--stage <name>", "the stage to evaluate for", stageName, "production")
  .option("--json", "write the report as JSON")
  .option("--rules", "list the rules, and look at no stage: id, gate, stages, title, public rule sets")
  .showHelpAfterError();

const { stage, json, rules } = program.parse().opts<Options>();
if (rules) {
  process.stdout.write(`${RULES.map(describeRule).join("\n")}\n`);
} else {
  try {
    const graph = await synthesize({
      root,
      stage,
      outputs: { [COMMAND]: (resource) => runCommand(resource, root) },
    });
    const inspection = inspect(graph);
    process.stdout.write(`${json ? toJson(inspection) : toText(inspection)}\n`);
    if (!mayDeploy(inspection)) process.exitCode = 1;
  } catch (error) {
    fail(error);
  }
}

/** What SST takes for a stage. */
function stageName(text: string): string {
  if (/^[a-zA-Z0-9-]+$/.test(text)) return text;
  throw new InvalidArgumentError("A stage's name has letters, digits and hyphens.");
}
