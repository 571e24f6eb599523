import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { sum } from "./statistics.ts";

/** What a program and all that it started took. */
export interface Usage {
  /** User and system time, in seconds. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface Command {
  readonly argv: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Takes what it writes to standard output, instead of nobody. */
  readonly output?: "collected";
}

/** What comes of a program that ended with 0. */
export interface Ran extends Usage {
  /** What it wrote to standard output, where that was asked for. */
  readonly output: Buffer;
}

/**
 * The shell's own `time` counts the children that a program waited for, which Node.js cannot be asked for. It writes to a
 * descriptor of its own, and the program's errors stay the program's.
 */
const TIMED = `TIMEFORMAT='%U %S %R'; { time "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3`;

const running = new Set<ChildProcess>();

/** Runs a program to its end and measures it. Rejects with the last of what it said when it fails. */
export async function run({ argv, cwd, env = process.env, output }: Command): Promise<Ran> {
  const child = spawn("bash", ["-c", TIMED, "timed", ...argv], {
    cwd,
    env,
    // A group of its own, to be ended whole.
    detached: true,
    stdio: ["ignore", output ? "pipe" : "ignore", "pipe", "pipe"],
  });
  running.add(child);
  const [stdout, stderr, times] = [child.stdout, child.stderr, child.stdio[3] as Readable].map(collect);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => running.delete(child));
  if (code !== 0) {
    const said = `${String(stdout?.())}${String(stderr?.())}`.trim().slice(-2000);
    throw new Error(`${argv.slice(0, 5).join(" ")} … ended with ${code}: ${said}`);
  }
  return { ...readTimes(String(times?.())), output: stdout?.() ?? Buffer.alloc(0) };
}

/** Ends what is being measured at this moment. */
export function endAll(): void {
  for (const { pid } of running) if (pid !== undefined) process.kill(-pid, "SIGTERM");
}

function collect(stream: Readable | null): () => Buffer {
  const chunks: Buffer[] = [];
  stream?.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks);
}

/** As the worker starts ffmpeg, so that what is compared has the same say on a busy machine. */
const NICE = ["nice", "-n", "5"];

/** The same, as the worker runs it beside itself. */
export function runNicely(command: Command): Promise<Ran> {
  return run({ ...command, argv: [...NICE, ...command.argv] });
}

/** Reads `user system real` in seconds, with the decimal sign of whatever language the shell speaks. */
export function readTimes(text: string): Usage {
  const [user, system, real] = text.trim().replaceAll(",", ".").split(" ").map(Number);
  if (
    user === undefined ||
    system === undefined ||
    real === undefined ||
    ![user, system, real].every(Number.isFinite)
  )
    throw new Error(`The shell did not say how long it took: "${text}".`);
  return { cpuSeconds: user + system, wallSeconds: real };
}

/** What several programs took that ran one after the other. */
export function together(usages: readonly Usage[]): Usage {
  return {
    cpuSeconds: sum(usages.map(({ cpuSeconds }) => cpuSeconds)),
    wallSeconds: sum(usages.map(({ wallSeconds }) => wallSeconds)),
  };
}

/** What work of this process takes: its own CPU time, since it waits for nothing else meanwhile. */
export async function measure<Result>(work: () => Promise<Result>): Promise<Usage & { result: Result }> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - start) / 1000, result };
}
