import { Worker } from "node:worker_threads";
import type { ContainerFacts } from "./facts.ts";
import type { FromReader, ToReader } from "./protocol.ts";
import { type Ranges, TooMuchRead } from "./ranges.ts";
import { READER } from "./role.ts";

export interface ReadOptions {
  /** A module that serves when it is run in the role of a reader. */
  readonly program: URL;
  readonly timeoutMs: number;
  /** Of the reader's memory, in MB. */
  readonly memoryMb: number;
  /** Told what a file has made of its reader. */
  readonly onTrouble: (error: Error) => void;
}

/**
 * What a file's headers say; null where they cannot be read, whatever the reason in the file: its bytes may be made to
 * take a reader's time or memory, so it runs in a thread that is ended with both. Rejects with what reading the bytes
 * rejected with.
 */
export async function readContainer(ranges: Ranges, options: ReadOptions): Promise<ContainerFacts | null> {
  const reader = new Worker(options.program, {
    workerData: READER,
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMb, maxYoungGenerationSizeMb: 32 },
    // Libraries say a lot about strange files, and as much as a file likes.
    stdout: true,
    stderr: true,
  });
  reader.stdout.resume();
  reader.stderr.resume();
  const result = Promise.withResolvers<ContainerFacts | null>();
  const timeout = setTimeout(() => {
    options.onTrouble(new Error(`The headers were not read in ${options.timeoutMs} ms.`));
    result.resolve(null);
  }, options.timeoutMs);
  const tell = (message: ToReader) => {
    reader.postMessage(message);
  };
  reader.on("message", (message: FromReader) => {
    if (message.kind === "done") result.resolve(message.facts);
    else answer(message, ranges).then(tell, result.reject);
  });
  // However it ends by itself, it was the file's doing: out of memory, or an error of what reads it.
  reader.on("error", (error: Error) => {
    options.onTrouble(error);
    result.resolve(null);
  });
  reader.on("exit", () => {
    result.resolve(null);
  });
  tell({ kind: "open", sizeBytes: ranges.sizeBytes });
  try {
    return await result.promise;
  } finally {
    clearTimeout(timeout);
    await reader.terminate();
  }
}

type Read = Extract<FromReader, { kind: "read" }>;

async function answer({ id, start, end }: Read, ranges: Ranges): Promise<ToReader> {
  try {
    return { kind: "bytes", id, bytes: await ranges.read(start, end) };
  } catch (error) {
    if (error instanceof TooMuchRead || error instanceof RangeError) return { kind: "refused", id };
    throw error;
  }
}
