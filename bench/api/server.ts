import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import autocannon from "autocannon";
import type { Listening, OwnUsage } from "./served.ts";

/** A server in a process of its own. */
export interface MeasuredServer {
  readonly url: string;
  stop(): void;
  /** Asks it as fast as it answers, for so many seconds. Rejects unless every answer has the expected status. */
  load(load: Load): Promise<Loaded>;
}

interface Load {
  readonly seconds: number;
  readonly connections: number;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Called for each request. */
  readonly path: () => string;
}

export interface Loaded {
  readonly perSecond: number;
  /** The server's own CPU time for one request, in microseconds. */
  readonly cpuMicroseconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Starts one of the programs beside this file. */
export async function startServer(program: string, args: readonly string[] = []): Promise<MeasuredServer> {
  const child = fork(new URL(program, import.meta.url), args, {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const failed = once(child, "exit").then(([code]) => {
    throw new Error(`${program} ended with ${String(code)}.`);
  });
  const [{ port }] = (await Promise.race([once(child, "message"), failed])) as [Listening];
  failed.catch(() => undefined); // from here on its end is asked for
  const url = `http://127.0.0.1:${port}`;
  return { url, stop: () => child.kill(), load: (load) => loadServer(child, url, load) };
}

async function usageOf(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("usage");
  const [{ cpuSeconds }] = (await answer) as [OwnUsage];
  return cpuSeconds;
}

async function loadServer(child: ChildProcess, url: string, load: Load): Promise<Loaded> {
  const { seconds, connections, status, headers = {}, path } = load;
  const before = await usageOf(child);
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers,
    requests: [{ setupRequest: (request) => ({ ...request, path: path() }) }],
  });
  const cpuSeconds = (await usageOf(child)) - before;
  const answers = result.statusCodeStats?.[`${status}`]?.count ?? 0;
  if (answers === 0 || answers !== result.requests.total || result.errors > 0)
    throw new Error(`${url} did not answer ${status} to all: ${JSON.stringify(result.statusCodeStats)}`);
  return {
    perSecond: result.requests.total / ((result.finish.getTime() - result.start.getTime()) / 1000),
    cpuMicroseconds: (cpuSeconds / result.requests.total) * 1e6,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
