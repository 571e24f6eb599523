import { enableCompileCache } from "node:module";
import { parseArgs } from "node:util";

// A task is a new process each time: what it loads is compiled once for all of them (saves 0.3 s of CPU).
enableCompileCache();

const HELP = `The worker of Telecine: turns one source into its renditions.

  TASK_INPUT='{"videoId":"vid_…","attempt":1}' node main.ts
      runs one task and exits: 0 when its result lies in the bucket (or nobody waits for it any more),
      143 when it was asked to stop, another code when it failed and may be run again

  node main.ts --print-argv FILE
      prints, as a JSON array, the ffmpeg command that this file would be encoded with;
      it writes into the folders out/<name>, which must exist

Environment: WORK_DIR (the disk to work on, by default the system's temporary folder), LOG_LEVEL,
and what links the worker to its bucket, database and cache.
`;

const { values } = parseArgs({
  options: { help: { type: "boolean", short: "h" }, "print-argv": { type: "string" } },
});

process.exitCode = await main();

async function main(): Promise<number> {
  if (values.help) return say(HELP);
  if (values["print-argv"] !== undefined) {
    const { printArgv } = await import("./print-argv.ts");
    return say(await printArgv(values["print-argv"]));
  }
  const { runTask } = await import("./run-task.ts");
  return runTask();
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}
