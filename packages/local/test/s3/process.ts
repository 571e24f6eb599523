import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { S3Client } from "@aws-sdk/client-s3";
import { createCredentials } from "../../src/aws/credentials.ts";
import { PRINCIPAL, REGION } from "../aws/endpoint.ts";
import { until } from "../machine.ts";

export interface S3Process {
  readonly client: S3Client;
  /** Keys of the events that were delivered. */
  readonly delivered: string[];
  /** The largest resident set so far, in bytes. */
  peakBytes(): Promise<number>;
  /** Ends it without a chance to clean up. */
  kill(): Promise<void>;
}

interface Line {
  readonly url?: string;
  readonly event?: {
    readonly Records: readonly { readonly s3: { readonly object: { readonly key: string } } }[];
  };
}

const PROGRAM = fileURLToPath(new URL("./server-process.ts", import.meta.url));

/** Starts a bucket in a process of its own, over a folder that outlives it. */
export async function startProcess(folder: string, events: "accept" | "hang" = "accept"): Promise<S3Process> {
  const child = spawn(process.execPath, [PROGRAM, folder, events], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const delivered: string[] = [];
  let url: string | undefined;
  if (!child.stdout) throw new Error("The server has no output.");
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = JSON.parse(text) as Line;
    url ??= line.url;
    delivered.push(...(line.event?.Records ?? []).map(({ s3 }) => s3.object.key));
  });
  const endpoint = await until("the server is up", () => url);
  const credentials = createCredentials("seed").issue(PRINCIPAL);
  const client = new S3Client({ endpoint, region: REGION, credentials, maxAttempts: 1 });
  return { client, delivered, peakBytes: () => peakOf(child), kill: () => kill(child, client) };
}

async function peakOf(child: ChildProcess): Promise<number> {
  const answer = once(child, "message");
  child.send("peak");
  const [{ peakBytes }] = (await answer) as [{ peakBytes: number }];
  return peakBytes;
}

async function kill(child: ChildProcess, client: S3Client): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
  client.destroy();
}
