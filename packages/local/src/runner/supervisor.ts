import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { fileURLToPath } from "node:url";
import { identify, isAlive, type ProcessIdentity, signal } from "./process-identity.ts";
import type { StateFolder } from "./state.ts";

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Written to the child's standard input, which is then closed. */
  readonly input?: string;
  /** What asks this program to end in good order. */
  readonly stopSignal?: NodeJS.Signals;
  /** What ends it at once without harm to its data. Default: SIGKILL. */
  readonly killSignal?: NodeJS.Signals;
  /** Adds a channel for messages, for programs of Node.js. */
  readonly ipc?: boolean;
  readonly onOutput?: (chunk: string, stream: "stdout" | "stderr") => void;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Resolves when the process is gone and its output was read. */
  readonly exited: Promise<Exit>;
  /** Asks the whole process group to end, insists after the grace, and resolves when it is gone. */
  stop(graceSeconds: number): Promise<Exit>;
}

export interface Supervisor {
  /** Starts a program in a process group of its own. Rejects when it cannot be started at all. */
  start(options: ChildOptions): Promise<Child>;
  /** Ends what is still running, then the janitor. */
  close(graceSeconds: number): Promise<void>;
}

interface Leftover extends ProcessIdentity {
  readonly killSignal: NodeJS.Signals;
}

const JANITOR = fileURLToPath(new URL("./janitor.ts", import.meta.url));

/** Starts children and answers for them: none outlives the runner, even when it is killed. */
export function createSupervisor(state: StateFolder): Supervisor {
  endLeftovers(state);
  const running = new Map<number, { child: Child; leftover: Leftover }>();
  const janitor = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", JANITOR], {
    stdio: ["pipe", "ignore", "inherit"],
    detached: true,
  });
  janitor.unref();
  // The janitor may be killed as well; then the list on disk is what the next start cleans up by.
  janitor.stdin.on("error", () => undefined);

  const note = () => {
    state.write(
      "processes.json",
      [...running.values()].map(({ leftover }) => leftover),
    );
  };
  let closing = false;
  const start = async (options: ChildOptions) => {
    if (closing) throw new Error(`${options.name} is not started any more: the machine is shutting down.`);
    const child = await launch(options);
    const killSignal = options.killSignal ?? "SIGKILL";
    running.set(child.pid, { child, leftover: { ...identify(child.pid), killSignal } });
    janitor.stdin.write(`+${child.pid} ${killSignal}\n`);
    note();
    void child.exited.then(() => {
      running.delete(child.pid);
      janitor.stdin.write(`-${child.pid}\n`);
      note();
    });
    return child;
  };
  const close = async (graceSeconds: number) => {
    closing = true;
    while (running.size > 0)
      await Promise.all([...running.values()].map(({ child }) => child.stop(graceSeconds)));
    janitor.stdin.end();
  };
  return { start, close };
}

/** What an earlier run left because it and its janitor were both killed. */
function endLeftovers(state: StateFolder): void {
  const leftovers = (state.read("processes.json") ?? []) as Leftover[];
  for (const leftover of leftovers) if (isAlive(leftover)) signal(-leftover.pid, leftover.killSignal);
}

async function launch(options: ChildOptions): Promise<Child> {
  const stdio: SpawnOptions["stdio"] = [
    options.input === undefined ? "ignore" : "pipe",
    "pipe",
    "pipe",
    ...(options.ipc ? (["ipc"] as const) : []),
  ];
  const child = spawn(options.command, [...options.args], {
    env: options.env ?? process.env,
    cwd: options.cwd,
    stdio,
    detached: true,
  });
  const exited = new Promise<Exit>((resolve) =>
    child.once("close", (code, name) => {
      resolve({ code, signal: name });
    }),
  );
  // What a program started and left in its group ends with it, and cannot hold its output open either.
  child.once("exit", () => child.pid !== undefined && signal(-child.pid, "SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", (error) => {
      reject(new Error(`${options.name} could not be started: ${error.message}`, { cause: error }));
    });
  });
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream]?.setEncoding("utf8").on("data", (chunk: string) => options.onOutput?.(chunk, stream));
  }
  child.stdin?.on("error", () => undefined); // a program that ended before it read is seen by its exit
  child.stdin?.end(options.input);
  const pid = child.pid ?? 0;
  return { pid, process: child, exited, stop: (graceSeconds) => stop(pid, exited, options, graceSeconds) };
}

async function stop(
  pid: number,
  exited: Promise<Exit>,
  options: ChildOptions,
  graceSeconds: number,
): Promise<Exit> {
  signal(-pid, options.stopSignal ?? "SIGTERM");
  const insist = setTimeout(() => signal(-pid, options.killSignal ?? "SIGKILL"), graceSeconds * 1000);
  // A stop signal that only asks (SIGQUIT to a frozen server) is followed by the one that cannot be ignored.
  const force = setTimeout(() => signal(-pid, "SIGKILL"), graceSeconds * 1000 + 500);
  try {
    return await exited;
  } finally {
    clearTimeout(insist);
    clearTimeout(force);
  }
}
