import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/** The processes of this machine. The image holds no `ps`, and so does not need one here; macOS has no /proc. */
function processes(): Process[] {
  const rows = process.platform === "linux" ? readProc() : askPs();
  return rows.map(([pid = 0, parent = 0, group = 0]) => ({ pid, parent, group }));
}

export function childrenOf(pid: number): number[] {
  return processes()
    .filter(({ parent }) => parent === pid)
    .map((child) => child.pid);
}

export function groupOf(pid: number): number {
  const found = processes().find((process) => process.pid === pid);
  if (!found) throw new Error(`There is no process ${pid}.`);
  return found.group;
}

function readProc(): number[][] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      // The second field is the command in parentheses, and may hold blanks.
      const [, parent, group] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [[Number(pid), Number(parent), Number(group)]];
    } catch {
      return []; // it ended since it was listed
    }
  });
}

function askPs(): number[][] {
  const table = execFileSync("ps", ["-A", "-o", "pid=,ppid=,pgid="], { encoding: "utf8" });
  return table
    .trim()
    .split("\n")
    .map((row) => row.trim().split(/\s+/).map(Number));
}
