import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The one folder that a running app keeps its data in. Deleting it is starting afresh. */
export interface StateFolder {
  readonly path: string;
  /** What passwords, keys and name endings are made from: made once, so that they fit the data on the next start. */
  readonly seed: string;
  /** A folder below, created when missing. */
  folder(...segments: string[]): string;
  /** A small JSON document below; undefined when it was never written. */
  read(name: string): unknown;
  write(name: string, value: unknown): void;
}

/** Opens the folder, creating it on the first start. */
export function openState(path: string): StateFolder {
  const folder = (...segments: string[]) => {
    const target = join(path, ...segments);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    return target;
  };
  folder();
  const read = (name: string) => readJson(join(path, name));
  const write = (name: string, value: unknown) => {
    writeJson(join(path, name), value);
  };
  return { path, seed: seedOf(read, write), folder, read, write };
}

function seedOf(read: StateFolder["read"], write: StateFolder["write"]): string {
  const known = read("seed.json") as { seed: string } | undefined;
  if (known) return known.seed;
  const seed = randomBytes(32).toString("hex");
  write("seed.json", { seed });
  return seed;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new Error(`${path} cannot be read. Delete the folder it lies in to start afresh.`, {
      cause: error,
    });
  }
}

/** Whole or not at all: a reader never meets half a document. */
function writeJson(path: string, value: unknown): void {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, path);
}
