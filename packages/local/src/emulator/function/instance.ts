import { type ChildProcess, fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Answer, Failure } from "./protocol.ts";

export interface InstanceOptions {
  readonly name: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly output: (chunk: string) => void;
}

/** One execution environment: a process that runs one invocation at a time and keeps its globals between them. */
export interface Instance {
  invoke(event: string, signal: AbortSignal): Promise<Answer>;
  readonly ended: boolean;
  stop(): void;
}

const RUNTIME = fileURLToPath(new URL("./runtime.ts", import.meta.url));

/** Starts an environment with exactly the variables given: nothing of the machine's own environment reaches a function. */
export function startInstance(options: InstanceOptions): Instance {
  const child = fork(RUNTIME, [], {
    cwd: options.folder,
    env: { ...options.env },
    execArgv: [
      "--enable-source-maps",
      "--disable-warning=ExperimentalWarning",
      `--max-old-space-size=${Math.floor(options.memoryMegabytes * 0.9)}`,
    ],
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.stdout?.setEncoding("utf8").on("data", options.output);
  child.stderr?.setEncoding("utf8").on("data", options.output);
  let ended = false;
  const gone = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => {
      ended = true;
      resolve(signal ? `signal: ${signal}` : `exit status ${code}`);
    });
    child.once("error", (error) => {
      ended = true;
      resolve(error.message);
    });
  });
  // An environment that is being ended is over at once: nobody may be given it again.
  const stop = () => {
    ended = true;
    child.kill("SIGKILL");
  };
  return {
    get ended() {
      return ended;
    },
    invoke: (event, signal) =>
      invoke({ child, gone, stop, timeoutSeconds: options.timeoutSeconds }, event, signal),
    stop,
  };
}

interface Environment {
  readonly child: ChildProcess;
  readonly gone: Promise<string>;
  readonly stop: () => void;
  readonly timeoutSeconds: number;
}

async function invoke(environment: Environment, event: string, signal: AbortSignal): Promise<Answer> {
  const { child, gone, stop, timeoutSeconds } = environment;
  const requestId = randomUUID();
  const deadlineMs = Date.now() + timeoutSeconds * 1000;
  const finished = new AbortController();
  const answered = new Promise<Answer>((resolve) => {
    const receive = (answer: Answer) => {
      if (answer.requestId === requestId) resolve(answer);
    };
    child.on("message", receive);
    finished.signal.addEventListener("abort", () => child.off("message", receive));
  });
  child.send({ requestId, event, deadlineMs });
  try {
    return await Promise.race([
      answered,
      died(gone, requestId),
      timedOut(stop, requestId, timeoutSeconds, finished.signal),
      cancelled(stop, requestId, signal, finished.signal),
    ]);
  } finally {
    finished.abort();
  }
}

async function died(gone: Promise<string>, requestId: string): Promise<Answer> {
  const how = await gone;
  return failure(requestId, {
    errorType: "Runtime.ExitError",
    errorMessage: `RequestId: ${requestId} Error: Runtime exited with error: ${how}`,
    trace: [],
  });
}

function timedOut(
  stop: () => void,
  requestId: string,
  timeoutSeconds: number,
  finished: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      stop();
      resolve(
        failure(requestId, {
          errorType: "Sandbox.Timedout",
          errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
          trace: [],
        }),
      );
    }, timeoutSeconds * 1000);
    finished.addEventListener("abort", () => {
      clearTimeout(timer);
    });
  });
}

function cancelled(
  stop: () => void,
  requestId: string,
  signal: AbortSignal,
  finished: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const cancel = () => {
      stop();
      resolve(
        failure(requestId, {
          errorType: "Sandbox.Cancelled",
          errorMessage: `RequestId: ${requestId} Error: The caller went away`,
          trace: [],
        }),
      );
    };
    signal.addEventListener("abort", cancel);
    finished.addEventListener("abort", () => {
      signal.removeEventListener("abort", cancel);
    });
  });
}

function failure(requestId: string, error: Failure): Answer {
  return { requestId, ok: false, payload: JSON.stringify(error) };
}
