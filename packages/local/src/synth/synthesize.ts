import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { Graph } from "./graph.ts";
import type { EvaluateOptions, FromEvaluator, Question, Reply } from "./protocol.ts";

export interface SynthesizeOptions {
  /** The folder that holds `sst.config.ts`. */
  readonly root: string;
  readonly stage: string;
  /** As `sst dev` evaluates the config. Default: as `sst deploy` does. */
  readonly dev?: boolean;
  /** One seed, one set of passwords, keys and name endings. Default: a fixed one, good for everything but running. */
  readonly seed?: string;
  /** Variables that the config reads, over those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Outputs that the caller knows better, by resource type: addresses of servers that it is about to start. */
  readonly outputs?: Readonly<
    Record<string, (resource: Omit<Question, "id">) => Promise<Readonly<Record<string, unknown>>>>
  >;
}

/** A config that could not be evaluated. The message is the program's own, and names the resource where there is one. */
export class SynthesisError extends Error {
  override readonly name = "SynthesisError";
}

const EVALUATOR = fileURLToPath(new URL("./evaluate.ts", import.meta.url));

/**
 * Evaluates `sst.config.ts` through SST's own components without a cloud account, and returns the graph of resources that
 * a deployment would register. Takes about two seconds. Throws a {@link SynthesisError} for a config that fails, and for
 * a resource type or an invoke that it does not know.
 */
export async function synthesize(options: SynthesizeOptions): Promise<Graph> {
  const work = await mkdtemp(join(tmpdir(), "synth-"));
  try {
    return await evaluate(options, work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function evaluate(options: SynthesizeOptions, work: string): Promise<Graph> {
  const evaluation: EvaluateOptions = {
    root: resolve(options.root),
    stage: options.stage,
    dev: options.dev ?? false,
    seed: options.seed ?? "synthesis",
    askFor: Object.keys(options.outputs ?? {}),
    work,
  };
  // Warnings of SST's components about the cloud, such as "no NAT gateway", are the deployer's; errors come as messages.
  const child = fork(EVALUATOR, [JSON.stringify(evaluation)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, ...options.env },
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  return settle(child, options);
}

function settle(child: ChildProcess, options: SynthesizeOptions): Promise<Graph> {
  const output: string[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk.toString()));
  return new Promise((done, fail) => {
    let graph: Graph | undefined;
    let failure: string | undefined;
    child.on("message", (message: FromEvaluator) => {
      if (message.kind === "graph") graph = message.graph as Graph;
      if (message.kind === "error") failure = message.message;
      if (message.kind === "question") {
        answer(child, options, message.question).catch((error: unknown) => {
          failure = `${message.question.type} "${message.question.name}": ${(error as Error).message}`;
          child.kill();
        });
      }
    });
    child.on("error", fail);
    child.on("close", (code) => {
      if (failure !== undefined) fail(new SynthesisError(failure));
      else if (graph && code === 0) done(graph);
      else
        fail(
          new SynthesisError(
            output.join("").trim() || `The evaluation of sst.config.ts ended with code ${code}.`,
          ),
        );
    });
  });
}

async function answer(
  child: ChildProcess,
  options: SynthesizeOptions,
  { id, ...resource }: Question,
): Promise<void> {
  const outputs = (await options.outputs?.[resource.type]?.(resource)) ?? {};
  child.send({ id, outputs } satisfies Reply);
}
