import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
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

interface Life {
  /** Killed after so many milliseconds. */
  readonly ms?: number;
  /** Kills itself right after so many transactions. */
  readonly transactions?: number;
}

/** Lets the program live. True if it saw the execution end. */
async function live(dir: string, calls: string, { ms = 30_000, transactions = 0 }: Life): Promise<boolean> {
  const args = ["--disable-warning=ExperimentalWarning", PROGRAM, dir, calls, String(transactions)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("close", resolve));
  let output = "";
  const over = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      resolve();
    });
  });
  await opened(dir, child);
  await Promise.race([delay(ms), over, gone]);
  child.kill("SIGKILL");
  await gone;
  if (output !== "") expect(output).toMatch(/SUCCEEDED|ExecutionAlreadyExists/);
  return output !== "";
}

/** Until it has the store open; a life shorter than that proves nothing. */
async function opened(dir: string, child: ChildProcess): Promise<void> {
  const file = join(dir, "states.db-wal");
  while (!existsSync(file) && child.exitCode === null && child.signalCode === null) await delay(2);
}

/** Lives one after the other, and at last one that nobody ends. Returns how many were cut short. */
async function lives(dir: string, calls: string, all: readonly Life[]): Promise<number> {
  for (const [index, life] of [...all, {}].entries()) {
    if (await live(dir, calls, life)) return index;
  }
  throw new Error("The execution did not end in 30 s that nobody disturbed.");
}

interface Call {
  readonly key: string;
  readonly what: "begin" | "end";
}

async function scenario(all: readonly Life[]) {
  const dir = await mkdtemp(join(tmpdir(), "survivor-"));
  const calls = `${dir}.calls`;
  folders.push(dir, calls);
  const kills = await lives(dir, calls, all);
  const lab = await openLab({ dir });
  try {
    const lines = readFileSync(calls, "utf8").trim().split("\n");
    return { kills, ...(await lab.finish(ARN)), calls: lines.map((line) => JSON.parse(line) as Call) };
  } finally {
    await lab.close();
  }
}

type Outcome = Awaited<ReturnType<typeof scenario>>;

const begun = ({ calls }: Outcome) =>
  count(calls.filter(({ what }) => what === "begin").map(({ key }) => key));
const keysIn = (texts: readonly (string | undefined)[]) =>
  texts.flatMap((text) => (text === undefined ? [] : [(JSON.parse(text) as { key: string }).key]));

/** What must hold however often the process was killed. */
function check(outcome: Outcome): void {
  const { output, events } = outcome;
  expect(output).toEqual(EXPECTED);
  expect(illegalities(events)).toEqual([]);
  const attempts = keysIn(events.map(({ lambdaFunctionScheduledEventDetails: details }) => details?.input));
  const succeeded = keysIn(events.map(({ lambdaFunctionSucceededEventDetails: details }) => details?.output));
  const failures = events.flatMap(({ lambdaFunctionFailedEventDetails: details }) =>
    details ? [details.error] : [],
  );
  // Each task succeeded once, each refusal was counted once, and all other attempts died with their process.
  expect([...succeeded].sort()).toEqual([...KEYS].sort());
  expect(failures.filter((error) => error !== "Lambda.SdkClientException")).toEqual([
    "Refused",
    "Refused",
    "Refused",
  ]);
  expect(attempts).toHaveLength(succeeded.length + failures.length);
  // An attempt that was written down may not have been made; one that was made was written down.
  const recorded = count(attempts);
  for (const [key, times] of begun(outcome)) expect(times, key).toBeLessThanOrEqual(recorded.get(key) ?? 0);
}

test("an execution that nothing disturbs gives what the machine says, and each task runs once", async () => {
  const outcome = await scenario([]);
  check(outcome);
  expect(outcome.kills).toBe(0);
  expect(begun(outcome)).toEqual(
    new Map([...KEYS, "refused"].map((key) => [key, key === "refused" ? 3 : 1])),
  );
});

const LIMIT = { timeout: 240_000 };

test(
  "an execution whose process is killed at any moment, again and again, gives the same",
  LIMIT,
  async () => {
    for (const span of [20, 150]) {
      const outcome = await scenario(Array.from({ length: 30 }, () => ({ ms: Math.random() * span })));
      expect(outcome.kills).toBeGreaterThan(2);
      check(outcome);
    }
  },
);

test(
  "an execution whose process is killed right after any of its transactions gives the same",
  LIMIT,
  async () => {
    for (const first of [2, 7, 16, 29, 43, 61, 88, 110]) {
      const outcome = await scenario([
        { transactions: first },
        { transactions: 1 + (first % 13) },
        { transactions: 3 },
      ]);
      expect(outcome.kills).toBeGreaterThan(0);
      check(outcome);
    }
  },
);
