import { readFileSync } from "node:fs";

/** Clock ticks a second, as `/proc` counts them: `getconf CLK_TCK` is 100 on every Linux that is in use. */
const TICKS_PER_SECOND = 100;

/**
 * Seconds that processors have worked for this process and for all that it has started and that have ended. Without
 * `/proc` (macOS) those of this process alone, which runs little itself.
 */
export function cpuSeconds(stat: string | undefined = ownStat()): number {
  const { user, system } = process.cpuUsage();
  return stat === undefined ? (user + system) / 1e6 : ticksOf(stat) / TICKS_PER_SECOND;
}

function ownStat(): string | undefined {
  try {
    return readFileSync("/proc/self/stat", "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** proc(5): the name stands in parentheses and may hold anything; utime, stime, cutime and cstime are fields 14 to 17. */
function ticksOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}
