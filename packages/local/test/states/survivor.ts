/**
 * A process that may be killed at any time: it goes on with one execution on a folder, and says when that is over. Every call
 * of a function is written to a file before and after its work.
 *
 * With a number it kills itself right after so many transactions.
 *
 *     node survivor.ts FOLDER CALLS [TRANSACTIONS]
 */
import { appendFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Functions } from "../../src/emulator/states/integration.ts";
import { openStates } from "../../src/emulator/states/states.ts";
import { DEFINITION, INPUT, NAME } from "./survivor-machine.ts";

const [dir = "", calls = "", transactions = "0"] = process.argv.slice(2);
let left = Number(transactions);
const exec: (sql: string) => void = Reflect.get(DatabaseSync.prototype, "exec");
DatabaseSync.prototype.exec = function (sql) {
  exec.call(this, sql);
  if (sql === "commit" && left > 0 && --left === 0) process.kill(process.pid, "SIGKILL");
};

const note = (entry: object) => {
  appendFileSync(calls, `${JSON.stringify(entry)}\n`);
};

const functions: Functions = {
  invoke: async (name, payload) => {
    const input = JSON.parse(payload) as { key: string; value: number };
    const { key } = input;
    note({ key, what: "begin", process: process.pid });
    await delay(2 + Math.random() * 12);
    note({ key, what: "end", process: process.pid });
    if (name.endsWith(":refuse")) {
      return {
        ok: false,
        errorType: "Refused",
        payload: JSON.stringify({ errorType: "Refused", errorMessage: key }),
      };
    }
    return { ok: true, payload: JSON.stringify({ key, doubled: input.value * 2 }) };
  },
};

const states = await openStates({
  dir,
  region: "us-east-1",
  accountId: "111111111111",
  functions,
  integrations: {},
  log: () => undefined,
  onExecution: ({ status }) => {
    if (status !== "RUNNING") process.stdout.write(`${status}\n`);
  },
});
const arn = "arn:aws:states:us-east-1:111111111111:stateMachine:survivor";
const caller = { accessKeyId: "AKIATEST", arn };
const { operations } = states.service;
await states.putStateMachine({
  name: "survivor",
  arn,
  definition: JSON.stringify(DEFINITION),
  roleArn: "arn:aws:iam::111111111111:role/states",
  type: "STANDARD",
});
await states.resume();
// Harmless where the execution runs already; where it is over, the name is taken, and so is the work done.
try {
  await operations.StartExecution?.(
    { stateMachineArn: arn, name: NAME, input: JSON.stringify(INPUT) },
    caller,
  );
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code ?? String(error)}\n`);
}
setInterval(() => undefined, 1000);
