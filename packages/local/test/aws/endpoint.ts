import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AwsServer, type AwsServerOptions, startAwsServer } from "../../src/aws/server.ts";
import { type AccessKey, createCredentials } from "../../src/aws/credentials.ts";
import type { Log } from "../../src/aws/request.ts";

export const REGION = "eu-north-1";
export const ACCOUNT = "123456789012";
export const PRINCIPAL = `arn:aws:iam::${ACCOUNT}:role/uploader`;

type Entry = Parameters<Log>[0];

export interface Endpoint extends AwsServer {
  readonly key: AccessKey;
  readonly entries: readonly Entry[];
  /** What every SDK client needs to come here. */
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: AccessKey;
    readonly maxAttempts: number;
  };
}

/** Collects what is logged. */
export function collectLog(): { readonly log: Log; readonly entries: Entry[] } {
  const entries: Entry[] = [];
  return { log: (entry) => void entries.push(entry), entries };
}

/** The endpoint as an app has it, with one principal that may sign. */
export async function startEndpoint(options: Partial<AwsServerOptions> = {}): Promise<Endpoint> {
  const credentials = options.credentials ?? createCredentials("seed");
  const key = credentials.issue(PRINCIPAL);
  const { log, entries } = collectLog();
  const fixed = { port: 0, region: REGION, accountId: ACCOUNT, log, services: { json: [] } };
  const server = await startAwsServer({ ...fixed, ...options, credentials });
  const config = { endpoint: server.url, region: REGION, credentials: key, maxAttempts: 1 };
  return { ...server, key, entries, config };
}

/** A folder that is gone when the test is. */
export async function temporaryFolder(): Promise<{ path: string; [Symbol.asyncDispose](): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "sst-local-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Time that moves when the test says so. */
export function fakeClock(start = Date.parse("2026-11-24T12:00:00Z")) {
  let now = start;
  let timers: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    after(delayMs: number, run: () => void) {
      const timer = { at: now + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    /** Lets time pass, and runs what is due on the way. */
    advance(durationMs: number) {
      const end = now + durationMs;
      for (;;) {
        const next = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        timers = timers.filter((other) => other !== next);
        now = next.at;
        next.run();
      }
      now = end;
    },
  };
}
