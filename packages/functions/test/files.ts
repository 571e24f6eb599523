import { open } from "node:fs/promises";
import type { ContainerFacts } from "../src/container/facts.ts";
import { createRanges } from "../src/container/ranges.ts";
import { readContainer } from "../src/container/read.ts";

/** How the headers of a file were read. */
export interface Reading {
  readonly facts: ContainerFacts | null;
  readonly requests: number;
  readonly bytes: number;
  readonly troubles: string[];
}

const MIB = 1024 * 1024;

const SERVE = new URL("../src/container/serve.ts", import.meta.url);

interface Options {
  readonly timeoutMs?: number;
  /** What the thread runs. */
  readonly program?: URL;
}

/** Reads the headers of a file as the function does, in a thread, and counts what it asks for. */
export async function readFile(
  path: string,
  { timeoutMs = 20_000, program = SERVE }: Options = {},
): Promise<Reading> {
  const file = await open(path);
  const count = { requests: 0, bytes: 0 };
  const troubles: string[] = [];
  try {
    const fetch = async (start: number, end: number) => {
      count.requests += 1;
      count.bytes += end - start;
      const { buffer } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer;
    };
    const limits = { maxBytes: 64 * MIB, maxRequests: 64 };
    const facts = await readContainer(createRanges((await file.stat()).size, fetch, limits), {
      program,
      timeoutMs,
      memoryMb: 256,
      onTrouble: ({ message }) => troubles.push(message),
    });
    return { facts, ...count, troubles };
  } finally {
    await file.close();
  }
}
