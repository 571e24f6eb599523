import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { leash, type Limits, type Toolbox } from "./tools.ts";

/** Between asking a process to end and making it: what it would still write is thrown away in any case. */
const GRACE_MS = 2_000;
const STDERR_TAIL_CHARACTERS = 16_384;

export interface Invocation {
  readonly tool: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
  readonly folder: string;
  readonly timeoutMs: number;
  readonly limits: Limits;
  /** Ends the process; the call then rejects with the signal's reason, after the process is gone. */
  readonly signal: AbortSignal;
  /** Gets standard output line by line; without it, output is collected. */
  readonly onLine?: (line: string) => void;
  /** The most that is collected; a process that says more is ended. */
  readonly maxOutputBytes?: number;
}

export interface Ended {
  /** Null when a signal ended the process. */
  readonly exitCode: number | null;
  readonly killedBy: NodeJS.Signals | null;
  readonly timedOut: boolean;
  readonly outputTooLarge: boolean;
  readonly output: string;
  /** The last of what it said on standard error. */
  readonly errors: string;
}

export type RunTool = (invocation: Invocation) => Promise<Ended>;

/**
 * Runs ffmpeg or ffprobe: without a shell, without our environment (credentials!), in its own process group, with
 * limits, and never longer than this process lives. However it ends is an answer, not an exception.
 */
export function createRunTool(toolbox: Toolbox): RunTool {
  return async (invocation) => {
    invocation.signal.throwIfAborted();
    const child = start(toolbox, invocation);
    const ending = watch(child, invocation);
    const output = collect(child, invocation, ending.end);
    const errors = tail(child);
    try {
      const [exitCode, killedBy] = await closed(child);
      invocation.signal.throwIfAborted();
      if (exitCode === 127) throw new Error(`${invocation.tool} could not be started: ${errors()}`);
      return { exitCode, killedBy, ...ending.why(), output: output(), errors: errors() };
    } finally {
      ending.dispose();
    }
  };
}

function start(toolbox: Toolbox, { tool, args, folder, limits }: Invocation): ChildProcess {
  const [file, ...rest] = leash([toolbox[tool], ...args], limits, toolbox);
  return spawn(file, rest, {
    cwd: folder,
    env: { PATH: toolbox.path, LC_ALL: "C" },
    detached: true,
    // The pipe to standard input is never written to: a guard notices by its end that this process is gone.
    stdio: ["pipe", "pipe", "pipe"],
  });
}

/** Ends the process group when it is too late, aborted or asked for by `end`. */
function watch(child: ChildProcess, { timeoutMs, signal }: Invocation) {
  const why = { timedOut: false, outputTooLarge: false };
  let force: NodeJS.Timeout | undefined;
  const stop = () => {
    killGroup(child, "SIGTERM");
    force ??= setTimeout(() => {
      killGroup(child, "SIGKILL");
    }, GRACE_MS);
  };
  const end = (reason: keyof typeof why) => {
    why[reason] = true;
    stop();
  };
  const timeout = setTimeout(end, timeoutMs, "timedOut");
  signal.addEventListener("abort", stop, { once: true });
  const dispose = () => {
    clearTimeout(timeout);
    clearTimeout(force);
    signal.removeEventListener("abort", stop);
  };
  return { end, why: () => why, dispose };
}

function killGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error; // it ended by itself meanwhile
  }
}

function collect(
  child: ChildProcess,
  invocation: Invocation,
  end: (why: "outputTooLarge") => void,
): () => string {
  const stdout = piped(child.stdout);
  if (invocation.onLine) {
    createInterface({ input: stdout }).on("line", invocation.onLine);
    return () => "";
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  stdout.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > (invocation.maxOutputBytes ?? Infinity)) end("outputTooLarge");
    else chunks.push(chunk);
  });
  return () => Buffer.concat(chunks).toString("utf8");
}

function tail(child: ChildProcess): () => string {
  let text = "";
  piped(child.stderr).on("data", (chunk: Buffer) => {
    text = (text + chunk.toString("utf8")).slice(-STDERR_TAIL_CHARACTERS);
  });
  return () => text.trim();
}

function piped(stream: Readable | null): Readable {
  if (!stream) throw new Error("The process was started without this pipe.");
  return stream;
}

function closed(child: ChildProcess): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode, signal) => {
      resolve([exitCode, signal]);
    });
  });
}
