import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { afterEach, expect, test } from "vitest";
import { openLab } from "./harness.ts";
import { count, illegalities } from "./legal.ts";
import { EXPECTED, KEYS, NAME } from "./survivor-machine.ts";

const PROGRAM = fileURLToPath(new URL("./survivor.ts", import.meta.url));
const ARN = `arn:aws:states:us-east-1:111111111111:execution:survivor:${NAME}`;
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Lets the program live for a while. True if it saw the execution end. */
async function live(dir: string, calls: string, lifeMs: number): Promise<boolean> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM, dir, calls], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const over = new Promise<void>((resolve) => {
    child.stdout.on("data", () => {
      resolve();
    });
  });
  await opened(dir, child);
  await Promise.race([delay(lifeMs), over]);
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  if (output !== "") expect(output).toMatch(/SUCCEEDED|ExecutionAlreadyExists/);
  return output !== "";
}

/** Until it has the store open; a life shorter than that proves nothing. */
async function opened(dir: string, child: ChildProcess): Promise<void> {
  const file = join(dir, "states.db-wal");
  while (!existsSync(file) && child.exitCode === null) await delay(2);
}

interface Call {
  readonly key: string;
  readonly what: "begin" | "end";
}

async function outcome(dir: string, calls: string) {
  const lab = await openLab({ dir });
  try {
    const ran = await lab.finish(ARN);
    const lines = readFileSync(calls, "utf8").trim().split("\n");
    return { ...ran, calls: lines.map((line) => JSON.parse(line) as Call) };
  } finally {
    await lab.close();
  }
}

const keyOf = ({ lambdaFunctionScheduledEventDetails: details }: HistoryEvent) =>
  details?.input === undefined ? [] : [(JSON.parse(details.input) as { key: string }).key];

async function scenario(lifeMs: () => number, most: number) {
  const dir = await mkdtemp(join(tmpdir(), "survivor-"));
  folders.push(dir);
  const calls = `${dir}.calls`;
  folders.push(calls);
  let kills = 0;
  while (!(await live(dir, calls, kills < most ? lifeMs() : 30_000))) kills += 1;
  return { kills, ...(await outcome(dir, calls)) };
}

test("an execution that nothing disturbs gives what the machine says, and each task runs once", async () => {
  const { output, events, calls, kills } = await scenario(() => 30_000, 0);
  expect(kills).toBe(0);
  expect(output).toEqual(EXPECTED);
  expect(illegalities(events)).toEqual([]);
  expect(count(calls.filter(({ what }) => what === "begin").map(({ key }) => key))).toEqual(
    new Map([...KEYS, "refused"].map((key) => [key, key === "refused" ? 3 : 1])),
  );
});

test(
  "an execution whose process is killed over and over gives the same, and no finished task runs again",
  { timeout: 240_000 },
  async () => {
    for (const span of [15, 60, 250]) {
      const { output, events, calls, kills } = await scenario(() => Math.random() * span, 40);
      expect(kills).toBeGreaterThan(2);
      expect(output).toEqual(EXPECTED);
      expect(illegalities(events)).toEqual([]);

      const attempts = count(events.flatMap(keyOf));
      const begun = count(calls.filter(({ what }) => what === "begin").map(({ key }) => key));
      const succeeded = events.flatMap(({ lambdaFunctionSucceededEventDetails: details }) =>
        details?.output === undefined ? [] : [(JSON.parse(details.output) as { key: string }).key],
      );
      expect([...succeeded].sort()).toEqual([...KEYS].sort());
      // A call that was recorded may not have been made; one that was made was recorded.
      for (const [key, times] of begun) expect(times, key).toBeLessThanOrEqual(attempts.get(key) ?? 0);
      // What began after a success was recorded would be a finished task done again.
      const failed = events.filter(({ type }) => type === "LambdaFunctionFailed").length;
      const scheduled = events.filter(({ type }) => type === "LambdaFunctionScheduled").length;
      expect(scheduled).toBe(succeeded.length + failed);
      const refusals = events.filter(
        ({ lambdaFunctionFailedEventDetails: details }) => details?.error === "Refused",
      ).length;
      expect(refusals).toBe(3);
    }
  },
);
