import crypto from "node:crypto";
import { rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import os from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Registration } from "./answers/context.ts";
import { bundleConfig } from "./bundle.ts";
import { startCliServer } from "./cli-server.ts";
import { installEngine } from "./engine.ts";
import type { App, Graph } from "./graph.ts";
import { loadRuntime, platformFolder } from "./platform.ts";
import {
  ACCOUNT_ID,
  type EvaluateOptions,
  type FromEvaluator,
  type Question,
  type Reply,
} from "./protocol.ts";

/**
 * The program of a process of its own: evaluates one `sst.config.ts` for one stage and sends the graph to its parent.
 * Pulumi's runtime and SST's components keep global state, so each evaluation gets a fresh process.
 */
export async function main(options: EvaluateOptions): Promise<void> {
  const platform = platformFolder(options.root);
  makeNamesStable(options.seed);
  const app = await evaluateApp(options, platform);
  const { work } = options;
  const server = await startCliServer({ region: app.providers.aws.region, accountId: ACCOUNT_ID, work });
  process.env.SST_SERVER = server.url;
  process.env.SST_AWS_REGION = app.providers.aws.region;

  const runtime = loadRuntime(platform);
  const { name: project } = app;
  const resources = await installEngine(runtime, {
    project,
    stage: options.stage,
    region: app.providers.aws.region,
    accountId: ACCOUNT_ID,
    seed: options.seed,
    ask: askParent(options.askFor),
  });
  const program = await bundleProgram(options, platform, app);
  const outputs = await runtime.runInPulumiStack(program);
  const { _protect, ...own } = (outputs ?? {}) as Record<string, unknown>;
  const finish = () => {
    const graph: Graph = { app, dev: options.dev, outputs: own, functions: server.functions, resources };
    send({ kind: "graph", graph });
  };
  // Resources go on registering each other after the program has returned. When the process has nothing left to do, all have.
  process.once("beforeExit", finish);
}

/** SST ends names with eight random bytes' worth of letters when a resource is created; here one seed gives one ending. */
function makeNamesStable(seed: string): void {
  const randomBytes = crypto.randomBytes.bind(crypto);
  const suffix = crypto.createHash("sha256").update(`suffix ${seed}`).digest().subarray(0, 8);
  crypto.randomBytes = (size: number) => (size === 8 ? suffix : randomBytes(size));
}

async function evaluateApp(options: EvaluateOptions, platform: string): Promise<App> {
  const code = `import mod from "${options.root}/sst.config.ts"; export default mod.app({ stage: ${JSON.stringify(options.stage)} });`;
  const banner = "\nfunction $config(input) { return input; }";
  const module = (await load(platform, (outfile) =>
    bundleConfig(code, { root: options.root, platform, outfile, banner }),
  )) as { default: App };
  const { default: own } = module;
  // The providers as the CLI completes them; the region has no default of its own.
  const aws = typeof own.providers.aws === "object" ? own.providers.aws : { region: "" };
  if (!aws.region)
    throw new Error(
      "The offline synthesis needs a region: set providers.aws.region in the app() of sst.config.ts.",
    );
  return {
    ...own,
    protect: own.protect,
    removal: own.removal,
    stage: options.stage,
    providers: { ...own.providers, aws },
  };
}

async function bundleProgram(
  options: EvaluateOptions,
  platform: string,
  app: App,
): Promise<() => Promise<unknown>> {
  const code = `import { run } from "${platform}/src/auto/run.ts"; import mod from "${options.root}/sst.config.ts"; export default () => run(mod.run);`;
  const cli = {
    command: "deploy",
    dev: options.dev,
    paths: { home: os.homedir(), root: options.root, work: options.work, platform },
    state: { version: {} },
  };
  const module = await load(platform, (outfile) =>
    bundleConfig(code, {
      root: options.root,
      platform,
      outfile,
      globals: `import * as aws from "@pulumi/aws"; import * as sst from "${platform}/src/components";\n`,
      inject: [join(platform, "src/shim/run.js")],
      define: { $app: JSON.stringify(app), $cli: JSON.stringify(cli), $dev: String(options.dev) },
    }),
  );
  return (module as { default: () => Promise<unknown> }).default;
}

/** A bundle has to lie in the platform's folder: what it leaves out is found from there. */
async function load(platform: string, bundle: (outfile: string) => Promise<void>): Promise<unknown> {
  const outfile = join(platform, `synth-${process.pid}-${crypto.randomUUID()}.mjs`);
  await bundle(outfile);
  try {
    return await import(pathToFileURL(outfile).href);
  } finally {
    await rm(outfile);
  }
}

function askParent(
  types: readonly string[],
): (registration: Registration) => Promise<Record<string, unknown>> {
  const waiting = new Map<number, (outputs: Record<string, unknown>) => void>();
  process.on("message", ({ id, outputs }: Reply) => {
    waiting.get(id)?.({ ...outputs });
    waiting.delete(id);
    if (waiting.size === 0) process.channel?.unref();
  });
  process.channel?.unref();
  let id = 0;
  return async ({ type, name, inputs }) => {
    if (!types.includes(type)) return {};
    process.channel?.ref();
    const question: Question = { id: ++id, type, name, inputs };
    return new Promise((resolve) => {
      waiting.set(question.id, resolve);
      send({ kind: "question", question });
    });
  };
}

function send(message: FromEvaluator): void {
  process.send?.(message);
}

/** The first failure is the cause; what fails after it only follows. */
function fail(error: unknown): void {
  const { message, stack } = error as Error;
  process.exitCode = 1;
  process.send?.(
    {
      kind: "error",
      message: process.env.SYNTH_DEBUG ? (stack ?? message) : message,
    } satisfies FromEvaluator,
    () => process.exit(),
  );
}

const given = JSON.parse(process.argv[2] ?? "{}") as EvaluateOptions;
// Whoever asked removes the folder, too, unless it was killed meanwhile.
process.once("exit", () => {
  rmSync(given.work, { recursive: true, force: true });
});
process.once("unhandledRejection", fail);
process.once("uncaughtException", fail);
await main(given).catch(fail);
