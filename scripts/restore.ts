import { Command, InvalidArgumentError } from "commander";
import { carryOut, planRestore, type Step } from "@telecine/core/storage/restore";
import { fail } from "./lib/fail.ts";

interface Options {
  readonly bucket: string;
  readonly prefix: string;
  readonly at: Date;
  readonly apply?: boolean;
  readonly json?: boolean;
}

/** `npm run restore`: objects of a bucket as they were at an instant. */
const program = new Command("npm run restore --")
  .description(
    "Brings back objects that were deleted or overwritten since an instant, from the versions that the bucket keeps. " +
      "Says what it would do, and does it with --apply. Region and credentials are found as the AWS CLI finds them.",
  )
  .requiredOption("--bucket <name>", "the media bucket of the stage")
  .requiredOption("--prefix <prefix>", "for example source/vid_01…/; an empty one is the whole bucket")
  .requiredOption("--at <instant>", "for example 2026-11-24T10:00:00Z", toInstant)
  .option("--apply", "do it, not only say it")
  .option("--json", "one JSON object a line")
  .showHelpAfterError();

const { bucket, prefix, at, apply, json } = program.parse().opts<Options>();
try {
  let steps = 0;
  for await (const step of planRestore({ bucket, prefix, at })) {
    if (apply) await carryOut(bucket, step);
    process.stdout.write(`${json ? JSON.stringify(step) : sentence(step)}\n`);
    steps += 1;
  }
  process.stderr.write(ending(steps));
} catch (error) {
  fail(error);
}

function toInstant(text: string): Date {
  const at = new Date(text);
  const isExact = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isExact && !Number.isNaN(at.getTime())) return at;
  throw new InvalidArgumentError("Give an instant with its time zone, such as 2026-11-24T10:00:00Z.");
}

function sentence(step: Step): string {
  if (step.action === "undelete") return `undelete    ${step.key}`;
  return `bring back  ${step.key}  as of ${step.version.at.toISOString()}`;
}

function ending(steps: number): string {
  if (steps === 0) return "Nothing was deleted or overwritten there since.\n";
  if (apply) return `${steps} objects are back.\n`;
  return `${steps} objects would come back. Do it with --apply.\n`;
}
