import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLog, type Entry, type Log } from "../src/runner/log.ts";
import { createPorts, type Ports } from "../src/runner/ports.ts";
import { openState, type StateFolder } from "../src/runner/state.ts";
import { createSupervisor, type Supervisor } from "../src/runner/supervisor.ts";
import { type Certificates, openCertificates } from "../src/runner/tls.ts";

/** What a stand-in needs of the machine, on a folder that goes away with the test. */
export interface TestMachine {
  readonly state: StateFolder;
  readonly ports: Ports;
  readonly log: Log;
  readonly entries: readonly Entry[];
  readonly supervisor: Supervisor;
  readonly certificates: Certificates;
  close(): Promise<void>;
}

export async function createTestMachine(): Promise<TestMachine> {
  const folder = mkdtempSync(join(tmpdir(), "machine-"));
  const state = openState(folder);
  const entries: Entry[] = [];
  const log = createLog(state.folder("logs"), (entry) => entries.push(entry));
  const supervisor = createSupervisor(state);
  const ports = createPorts(state);
  return {
    state,
    ports,
    log,
    entries,
    supervisor,
    certificates: await openCertificates(state),
    async close() {
      await supervisor.close(1);
      await ports.releaseAll();
      await log.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Polls until it holds; says what it waited for when it never does. */
export async function until<Value>(
  what: string,
  check: () => Value | Promise<Value>,
  timeoutMs = 10_000,
): Promise<NonNullable<Value>> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== null && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${timeoutMs / 1000} s.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
