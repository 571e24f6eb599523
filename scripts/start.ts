import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { type App, startApp } from "sst-local/runner/start";
import { fail } from "./lib/fail.ts";
import { callerFolder, root, sample } from "./lib/folders.ts";
import { type Outcome, processFile } from "./lib/process-file.ts";
import { createProgress } from "./lib/progress.ts";
import { whenAskedToStop } from "./lib/signals.ts";
import { createSteps } from "./lib/steps.ts";
import { type Client, createClient } from "./lib/telecine.ts";

interface Options {
  readonly port?: number;
  readonly data?: string;
  readonly once?: boolean;
}

/** `npm start`: runs Telecine on this machine and processes files with it. */
const program = new Command("npm start --")
  .description(
    "Runs Telecine whole on this machine, processes each FILE, shows where to watch it, and serves until Ctrl-C.",
  )
  .argument("[FILE...]", "videos to process; without any, the sample clip of the repository")
  .option("--port <number>", "the port of the web page and the API (default: 3000, or a free one)", readPort)
  .option(
    "--once",
    "end when the files are done: code 0 when all are ready, 1 otherwise; prints a JSON line a file",
  )
  .option("--data <folder>", "where data and logs are kept (default: .local; delete it to start afresh)")
  .showHelpAfterError();

function readPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  throw new InvalidArgumentError("Give a number between 1 and 65535.");
}

const options = program.parse().opts<Options>();
await main(program.args, options).catch(fail);

async function main(files: readonly string[], { port, data, once = false }: Options): Promise<void> {
  const app = await start(port, data);
  const stopped = whenAskedToStop(() => app.stop());
  const url = String(app.outputs.api);
  process.stdout.write(welcome(app, url));
  const { signal } = stopped;
  const client = createClient(url, signal);
  const outcomes = await processAll(client, files, once, signal).catch((error: unknown) => {
    if (!signal.aborted) throw error;
    return [];
  });
  if (signal.aborted) {
    if (once) process.exitCode = 1; // what becomes of the files is not known yet
    return stopped;
  }
  if (once) {
    await app.stop();
    for (const outcome of outcomes) process.stdout.write(`${JSON.stringify(outcome)}\n`);
    process.exitCode = outcomes.every(({ status }) => status === "ready") ? 0 : 1;
    return;
  }
  for (const outcome of outcomes) process.stdout.write(report(outcome, url));
  process.stdout.write("\nServing until Ctrl-C.\n");
  await stopped;
}

async function start(port: number | undefined, data: string | undefined): Promise<App> {
  const steps = createSteps(process.stderr);
  const startedAt = Date.now();
  const app = await startApp({
    root,
    ...(port !== undefined && { port }),
    ...(data !== undefined && { stateFolder: resolve(callerFolder, data) }),
    onStep: (step) => {
      steps.show(step);
    },
    onEntry: ({ level, source, message }) => {
      if (level === "error") process.stderr.write(`\n[${source}] ${message}\n`);
    },
  });
  steps.end(`Telecine runs, after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
  return app;
}

/** Without a name, the sample: always with `--once`, which is about files, and otherwise only while there is nothing yet. */
async function chooseFiles(
  files: readonly string[],
  once: boolean,
  client: Client,
): Promise<readonly string[]> {
  if (files.length > 0) return files;
  return once || !(await client.hasVideos()) ? [sample] : [];
}

async function processAll(
  client: Client,
  files: readonly string[],
  once: boolean,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const chosen = await chooseFiles(files, once, client);
  const progress = createProgress(process.stderr);
  const follow = (file: string) =>
    processFile({ client, file, folder: callerFolder, progress: progress.of(file), signal });
  try {
    return await Promise.all(chosen.map(follow));
  } finally {
    progress.stop();
  }
}

function welcome(app: App, url: string): string {
  return [
    "",
    `  Watch      ${url}`,
    `  API        ${url}/videos   (described at ${url}/openapi.json)`,
    `  AWS        source ${quoted(writeEnvironment(app))}   (then the AWS CLI and SDKs speak to this machine)`,
    `  Logs       ${app.logFolder}`,
    "",
    "",
  ].join("\n");
}

/** What lets programs of AWS do everything here, in a file that a shell reads: a key does not belong on a screen. */
function writeEnvironment({ stateFolder, endpointUrl, region, credentials }: App): string {
  const file = join(stateFolder, "aws.env");
  const variables = {
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}='${value}'\n`);
  writeFileSync(file, lines.join(""), { mode: 0o600 });
  return file;
}

/** A path as a shell reads it. */
function quoted(path: string): string {
  return /^[\w./~-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

function report({ file, id, status, playback, error }: Outcome, url: string): string {
  if (status !== "ready")
    return `\n  ${file}\n    ${status}: ${error?.message ?? "unknown"} (${error?.code ?? "unknown"})\n`;
  return `\n  ${file}\n    Watch      ${url}/#/videos/${id}\n    Stream     ${playback.hls}\n    Metadata   curl ${url}/metadata/${id}\n`;
}
