import { createWriteStream, type WriteStream } from "node:fs";
import { join } from "node:path";

export interface Entry {
  readonly level: "info" | "warn" | "error";
  /** What it is about: a function, a task, a server. */
  readonly source: string;
  readonly message: string;
  readonly [detail: string]: unknown;
}

export interface Log {
  (entry: Entry): void;
  /** Raw output of a program, kept in a file of its own. Returns what to call with each chunk. */
  output(source: string): (chunk: string) => void;
  readonly folder: string;
  close(): Promise<void>;
}

/** One JSON line an entry in `runner.log`, one file a program, and a copy of every entry to whoever listens. */
export function createLog(folder: string, listen: (entry: Entry) => void): Log {
  const files = new Map<string, WriteStream>();
  const file = (name: string) => {
    const open = files.get(name) ?? createWriteStream(join(folder, `${name}.log`), { flags: "a" });
    files.set(name, open);
    return open;
  };
  const log = (entry: Entry) => {
    file("runner").write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`);
    listen(entry);
  };
  const output = (source: string) => {
    const target = file(source.replace(/[^\w.-]/g, "_"));
    return (chunk: string) => {
      target.write(chunk);
    };
  };
  const close = async () => {
    await Promise.all([...files.values()].map((stream) => new Promise((resolve) => stream.end(resolve))));
  };
  return Object.assign(log, { output, folder, close });
}
