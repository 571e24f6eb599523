import { once } from "node:events";
import { chmod, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { findTools } from "@telecine/worker/src/ffmpeg/tools.ts";
import { readTimes, type Usage } from "../lib/usage.ts";

/** One run of ffmpeg or ffprobe inside of a task. */
export interface ToolRun extends Usage {
  readonly tool: "ffmpeg" | "ffprobe";
  readonly args: readonly string[];
}

/** A folder with an ffmpeg and an ffprobe that tell what each of their runs took. First in `PATH`, they are found. */
export interface MeasuredTools {
  readonly path: string;
  /** What was told since the last call. */
  takeRuns(): Promise<ToolRun[]>;
}

const TOOLS = ["ffmpeg", "ffprobe"] as const;
/** Between the words of a command: no argument holds it. */
const SEPARATOR = "\u001f";

/** They tell it by TCP: the worker lets some of its tools write no file at all. */
export async function installTools(folder: string): Promise<MeasuredTools> {
  let told: Promise<string>[] = [];
  const server = createServer((socket) => told.push(text(socket)));
  await once(server.listen(0, "127.0.0.1").unref(), "listening");
  const { port } = server.address() as AddressInfo;
  const tools = findTools();
  for (const tool of TOOLS) {
    const file = join(folder, tool);
    await writeFile(file, wrapper(tool, tools[tool], port));
    await chmod(file, 0o755);
  }
  return {
    path: `${folder}:${process.env.PATH ?? ""}`,
    async takeRuns() {
      const texts = await Promise.all(told);
      told = [];
      return texts.map(parseRun);
    },
  };
}

/** A signal goes to the whole group, so the shell need not hand it on. */
function wrapper(tool: string, program: string, port: number): string {
  return [
    "#!/bin/bash",
    `exec 5>/dev/tcp/127.0.0.1/${port}`,
    `printf '%s\\037' ${tool} "$@" >&5; echo >&5`,
    "TIMEFORMAT='%U %S %R'",
    `{ time "${program}" "$@" 2>&4 4>&- 5>&-; } 4>&2 2>&5`,
    "",
  ].join("\n");
}

function parseRun(record: string): ToolRun {
  const [command = "", times = ""] = record.split("\n");
  const [name, ...args] = command.split(SEPARATOR).slice(0, -1);
  const tool = TOOLS.find((candidate) => candidate === name);
  if (!tool) throw new Error(`This is no record of a run: "${record.slice(0, 100)}".`);
  return { tool, args, ...readTimes(times) };
}
