import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When a process started, in a form that only comparing makes sense of; undefined when there is no such process. A process
 * id alone says little: the kernel gives it to another process later.
 */
export function startOf(pid: number): string | undefined {
  try {
    if (process.platform !== "linux")
      return (
        execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim() || undefined
      );
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the command in parentheses, and may hold blanks; the start is the 22nd field of all.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? undefined : fields[19];
  } catch {
    return undefined; // gone, or never there
  }
}

/** The command line of a process, its words parted by blanks; undefined when there is no such process. */
export function commandOf(pid: number): string | undefined {
  try {
    if (process.platform !== "linux")
      return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return undefined; // gone, or never there
  }
}

export interface ProcessIdentity {
  readonly pid: number;
  readonly start: string | undefined;
}

export function identify(pid: number): ProcessIdentity {
  return { pid, start: startOf(pid) };
}

export function isAlive({ pid, start }: ProcessIdentity): boolean {
  return start !== undefined && startOf(pid) === start;
}

/** Signals a process or, with a negative id, its group. False when it is gone already. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
