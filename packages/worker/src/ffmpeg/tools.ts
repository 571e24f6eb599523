import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where the programs lie that this process starts. Those that only Linux has are undefined elsewhere. */
export interface Toolbox {
  readonly ffmpeg: string;
  readonly ffprobe: string;
  readonly path: string;
  readonly nice: string | undefined;
  readonly prlimit: string | undefined;
  readonly setpriv: string | undefined;
}

export interface Limits {
  readonly cpuSeconds: number;
  /** The largest file that may be written. */
  readonly fileSizeBytes: number;
  /** 0 is as important as this process, 19 the least. */
  readonly niceness: number;
}

/** Finds the tools in `PATH`. Throws when ffmpeg or ffprobe is missing. */
export function findTools(path: string = process.env.PATH ?? ""): Toolbox {
  const find = (name: string) =>
    path
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find(isExecutable);
  const need = (name: string) => {
    const file = find(name);
    if (file === undefined) throw new Error(`${name} was not found in PATH. Install ffmpeg 5.1 or newer.`);
    return file;
  };
  return {
    ffmpeg: need("ffmpeg"),
    ffprobe: need("ffprobe"),
    path,
    nice: find("nice"),
    prlimit: find("prlimit"),
    setpriv: find("setpriv"),
  };
}

/**
 * Puts a command on a leash: it dies when this process does, and cannot use more than its limits. Each link of the chain
 * replaces itself with the next, so that the process started is the command in the end.
 */
export function leash(
  command: readonly [string, ...string[]],
  limits: Limits,
  tools: Toolbox,
): [string, ...string[]] {
  const { nice, prlimit, setpriv } = tools;
  const chain = [
    ...(setpriv ? [setpriv, "--pdeathsig", "KILL", "--"] : guard()),
    ...(prlimit
      ? [prlimit, `--cpu=${limits.cpuSeconds}`, `--fsize=${limits.fileSizeBytes}`, "--core=0", "--"]
      : []),
    ...(nice && limits.niceness > 0 ? [nice, "-n", String(limits.niceness)] : []),
    ...command,
  ];
  const [file = command[0], ...args] = chain;
  return [file, ...args];
}

/**
 * Where the kernel offers no death signal (macOS), a shell stands between: when the pipe that is its standard input
 * ends, its writer is gone, and it kills the command. The command's words are parameters, never part of the script.
 */
function guard(): string[] {
  const script = `
    exec 3<&0
    "$@" 3<&- </dev/null & command=$!
    { trap '' TERM; read -r _ <&3; kill -KILL "$command"; } >/dev/null 2>&1 & watch=$!
    exec 3<&-
    trap 'kill -TERM "$command"' TERM
    wait "$command"; code=$?
    while kill -0 "$command" 2>/dev/null; do wait "$command"; code=$?; done
    kill -KILL "$watch" 2>/dev/null
    exit "$code"`;
  return ["/bin/sh", "-c", script, "guard"];
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false; // absent or not ours to run: either way, look further along the path
  }
}
