import { createInterface } from "node:readline";
import { signal } from "./process-identity.ts";

/**
 * A process of its own that outlives the runner by a moment: its standard input ends when the runner does, however that
 * came about, and then it ends what the runner has started. Lines: `+<pid> <signal>` and `-<pid>`, pid being a group's.
 */
const groups = new Map<number, NodeJS.Signals>();

// A Ctrl-C reaches the whole foreground; the janitor goes last.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const [pid = "", name = "SIGKILL"] = line.slice(1).split(" ");
  if (line.startsWith("+")) groups.set(Number(pid), name as NodeJS.Signals);
  if (line.startsWith("-")) groups.delete(Number(pid));
}
for (const [pid, name] of groups) signal(-pid, name);
