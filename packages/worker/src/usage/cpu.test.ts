import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { cpuSeconds } from "./cpu.ts";

test("a process counts with those that it has started, whatever its name", () => {
  // proc(5), of a process called "a) b (c": 12 and 3 ticks of its own, 400 and 85 of its children's.
  const stat = "1234 (a) b (c) S 1 1234 1234 0 -1 4194304 100 200 0 0 12 3 400 85 20 0 1 0 100 1000 50";
  expect(cpuSeconds(stat)).toBe(5);
});

const isLinux = process.platform === "linux";

test.runIf(isLinux)("work that was done elsewhere is counted when it has ended", { timeout: 60_000 }, () => {
  const before = cpuSeconds();
  // A few hundred million additions, and what they took by the other process's own account.
  const script =
    "let sum = 0; for (let n = 0; n < 3e8; n++) sum += n % 7; const { user, system } = process.cpuUsage();";
  const { stdout } = spawnSync(process.execPath, ["-e", `${script} console.log((user + system) / 1e6);`], {
    encoding: "utf8",
  });
  expect(Number(stdout)).toBeGreaterThan(0.05);
  expect(cpuSeconds() - before).toBeGreaterThanOrEqual(Number(stdout) - 0.02);
});
