/** Loaded before the worker: leaves behind what its own process took, without the programs that it started. */
import { writeFileSync } from "node:fs";

const file = process.env.BENCH_OWN_USAGE;
process.on("exit", () => {
  const { user, system } = process.cpuUsage();
  if (file) writeFileSync(file, String((user + system) / 1e6));
});
