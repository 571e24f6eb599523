import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./build.ts";
import { run } from "./shell.ts";

/** Sizes in bytes, compressed as a registry keeps them (gzip). */
export interface Sizes {
  readonly debian: number;
  readonly node: number;
  readonly worker: number;
  /** What `apt-get install` brought: ffmpeg with its libraries, and a few small programs. */
  readonly packages: number;
  readonly total: number;
}

export async function measure({ root }: Image, debianArchive: string): Promise<Sizes> {
  const compressed = async (command: string, ...args: string[]) =>
    Number(await run("/bin/sh", ["-c", `${command} | gzip -6 | wc -c`, "sh", ...args]));
  const folder = 'tar --numeric-owner -C "$1" -c "$2"';
  const [total, debian, node, worker] = await Promise.all([
    compressed(folder, root, "."),
    compressed('cat "$1"', debianArchive),
    compressed(folder, root, "usr/local/bin/node"),
    compressed(folder, root, "opt/telecine"),
  ]);
  return { total, debian, node, worker, packages: total - debian - node - worker };
}

/** Programs that build or fetch things, and so help whoever breaks in. */
const TOOLS =
  /^(gcc|g\+\+|c\+\+|cc|clang|cpp|ld|as|make|cmake|go|rustc|cargo|python\d?(\.\d+)?|npm|npx|yarn|yarnpkg|corepack|git|curl|wget|nc|netcat|ssh|gdb|strace)$/;
const FOLDERS = ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "opt"];

/** The tools for building that an image holds, by their paths. */
export function buildTools({ root }: Image): string[] {
  return FOLDERS.flatMap((folder) =>
    list(join(root, folder))
      .filter((name) => TOOLS.test(name))
      .map((name) => `/${folder}/${name}`),
  );
}

function list(folder: string): string[] {
  return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(folder) : [];
}

/** Files that make whoever runs them somebody else. */
export async function setuidFiles({ root }: Image): Promise<string[]> {
  return lines(await run("find", [root, "-xdev", "-type", "f", "-perm", "/6000", "-printf", "/%P\\n"]));
}

/** What belongs to another user than root, or may be written by anybody: folders with the sticky bit are theirs to share. */
export async function looseFiles({ root, volumes }: Image): Promise<string[]> {
  const loose = ["(", "-not", "-uid", "0", "-o", "-perm", "/002", "-not", "-perm", "-1000", ")"];
  const found = await run("find", [
    root,
    "-xdev",
    "(",
    "-type",
    "f",
    "-o",
    "-type",
    "d",
    ")",
    ...loose,
    "-printf",
    "/%P\\n",
  ]);
  return lines(found).filter((path) => !volumes.includes(path));
}

/** What the steps of the build have left in folders that are for passing things. */
export function buildRemains({ root, volumes }: Image): string[] {
  const passing = [
    "tmp",
    "var/tmp",
    "run",
    "root/.npm",
    "var/lib/apt/lists",
    "var/cache/apt",
    "var/log",
    "opt",
  ];
  const known = [...volumes, "/run/lock", "/opt/telecine"];
  return passing
    .flatMap((folder) => list(join(root, folder)).map((name) => `/${folder}/${name}`))
    .filter((path) => !known.includes(path));
}

function lines(text: string): string[] {
  return text.split("\n").filter(Boolean);
}
