import { spawn } from "node:child_process";
import { Command } from "commander";
import { root } from "./lib/folders.ts";

/** `npm test`: every check that CI runs, in the order of their cost. */
const STEPS: readonly (readonly [name: string, command: string])[] = [
  ["format", "npm run --silent check:format"],
  ["lint", "npm run --silent check:lint"],
  ["types", "npm run --silent check:types"],
  ["unused", "npm run --silent check:unused"],
  ["unit", "vitest run --project unit"],
  ["infra", "vitest run --project infra"],
  ["integration", "vitest run --project integration"],
  ["acceptance", "vitest run --project acceptance"],
];

const program = new Command("npm test --")
  .description(
    "Runs every check: format, lint, types, unused code, unit, infrastructure, integration and acceptance tests.",
  )
  .argument("[STEP...]", `only these steps: ${STEPS.map(([name]) => name).join(", ")}`)
  .showHelpAfterError();

const only = program.parse().args;
const unknown = only.filter((name) => !STEPS.some(([step]) => step === name));
if (unknown.length > 0) program.error(`There is no step ${unknown.join(", ")}.`);

const results: string[] = [];
for (const [name, command] of STEPS) {
  if (only.length > 0 && !only.includes(name)) continue;
  process.stdout.write(`\n── ${name}: ${command}\n`);
  const startedAt = Date.now();
  const passed = await run(command);
  results.push(
    `${passed ? "passed" : "FAILED"}  ${name}  (${((Date.now() - startedAt) / 1000).toFixed(0)} s)`,
  );
  if (passed) continue;
  process.exitCode = 1;
  break;
}
process.stdout.write(`\n${results.join("\n")}\n`);

function run(command: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn("/bin/sh", ["-c", command], { cwd: root, stdio: "inherit" });
    child.on("close", (code) => {
      resolve(code === 0);
    });
  });
}
