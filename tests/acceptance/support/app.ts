import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import getPort from "get-port";
import { until } from "./until.ts";

const root = join(import.meta.dirname, "..", "..", "..");

/** The app as a user starts it: by the README's command, on a data folder of its own. */
export interface RunningApp {
  readonly url: string;
  readonly data: string;
  readonly output: () => string;
  readonly process: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
}

export function newDataFolder(): string {
  return mkdtempSync(join(tmpdir(), "telecine-"));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Runs `npm start -- ...` and returns at once. */
export async function launch(data: string, args: readonly string[] = [], port?: number): Promise<RunningApp> {
  const chosen = port ?? (await getPort());
  const child = spawn("npm", ["start", "--", "--data", data, "--port", String(chosen), ...args], {
    cwd: root,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (chunk: string) => chunks.push(chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { url: `http://localhost:${chosen}`, data, output: () => chunks.join(""), process: child, ended };
}

/** Runs it and waits until it answers. */
export async function start(data: string, args: readonly string[] = [], port?: number): Promise<RunningApp> {
  const app = await launch(data, args, port);
  let over = false;
  void app.ended.then(() => (over = true));
  await until(
    "the app's first answer",
    async () => {
      if (over) throw new Error(`npm start ended:\n${app.output()}`);
      return (await fetch(`${app.url}/health`).catch(() => undefined))?.ok;
    },
    180_000,
  );
  return app;
}

/** Ctrl-C in its terminal: the whole foreground group gets the signal. */
export async function interrupt(app: RunningApp): Promise<number | null> {
  process.kill(-(app.process.pid ?? 0), "SIGINT");
  return app.ended;
}

/** The power cut: every process of the app, at once and without a word. */
export function kill(app: RunningApp): void {
  process.kill(-(app.process.pid ?? 0), "SIGKILL");
}

/** What the machine offers to people for its AWS endpoint: the file that its output tells them to source. */
export function awsEnvironment(app: RunningApp): Record<string, string> {
  const file = /AWS +source (\S+)/.exec(app.output())?.[1] ?? "";
  const lines = readFileSync(file, "utf8").matchAll(/^export (\w+)='(.*)'$/gm);
  return Object.fromEntries([...lines].map(([, name = "", value = ""]) => [name, value]));
}

/** Processes that the app started, other than itself: what the machine lists as still to be ended. */
export function childrenOf(app: RunningApp): number[] {
  const processes = JSON.parse(readFileSync(join(app.data, "processes.json"), "utf8")) as { pid: number }[];
  return processes.map(({ pid }) => pid);
}
