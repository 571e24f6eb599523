import { describe, expect, it } from "vitest";
import { run } from "../lib/usage.ts";

describe("a program", () => {
  it("is measured with all that it started, and its output is its own", async () => {
    const spin = "const end = process.cpuUsage().user + 150000; while (process.cpuUsage().user < end);";
    const parent = `require("node:child_process").execFileSync(process.execPath, ["-e", ${JSON.stringify(spin)}]); console.log("done")`;
    const { cpuSeconds, output } = await run({ argv: [process.execPath, "-e", parent], output: "collected" });
    expect(cpuSeconds).toBeGreaterThan(0.15); // of the child alone
    expect(output.toString()).toBe("done\n");
  });

  it("that fails says why", async () => {
    const argv = [process.execPath, "-e", "console.error('no such rung'); process.exit(3)"];
    await expect(run({ argv })).rejects.toThrow(/ended with 3: no such rung/);
  });
});
