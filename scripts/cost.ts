import { Command } from "commander";
import { COMMAND, runCommand } from "sst-local/emulator/command";
import { synthesize } from "sst-local/synth/synthesize";
import { estimateOf } from "../infra/cost/estimate.ts";
import { REGIONS } from "../infra/cost/price-list.ts";
import { requireRegion } from "../infra/cost/prices.ts";
import { reportOf } from "../infra/cost/report.ts";
import { fail } from "./lib/fail.ts";
import { root } from "./lib/folders.ts";

interface Options {
  readonly stage: string;
  readonly region?: string;
  readonly json?: boolean;
}

/** `npm run cost`: what a stage costs, from the graph and a dated table of list prices. */
const program = new Command("npm run cost --")
  .description(
    "Estimates what a stage costs: each month before its first video, for an hour of source, and for an hour watched.",
  )
  .option("--stage <name>", "the stage to estimate", "production")
  .option("--region <name>", `the region to deploy to: ${REGIONS.join(" or ")} (default: the app's own)`)
  .option("--json", "print the estimate as JSON, with every assumption and every price's source")
  .showHelpAfterError();

const { stage, region, json } = program.parse().opts<Options>();
try {
  // Zones, and what is offered in them, differ: the graph is the region's own.
  if (region !== undefined) process.env.TELECINE_REGION = requireRegion(region);
  const graph = await synthesize({
    root,
    stage,
    outputs: { [COMMAND]: (resource) => runCommand(resource, root) },
  });
  const estimate = estimateOf(graph, requireRegion(graph.app.providers.aws.region));
  process.stdout.write(json ? `${JSON.stringify(estimate, null, 2)}\n` : reportOf(estimate));
} catch (error) {
  fail(error);
}
