import { join } from "node:path";
import type { TaskInput } from "@telecine/core/task/contract";
import { downloadSource } from "./download.ts";
import { serveSource } from "./range-server.ts";
import { type TaskDependencies, transfer } from "../task/deps.ts";
import type { Work } from "../task/work.ts";

/** A source as ffmpeg can read it. */
export interface OpenSource {
  /** Of a file, or the address that this process serves it at. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Throws what kept the source from being read, where that explains why somebody failed who read it. */
  readonly throwIfFailed: () => void;
  readonly close: () => Promise<void>;
}

/** All of a source is brought to the task's disk; of one that a task needs in part, that part is read where it lies. */
export async function openSource(
  { source }: TaskInput,
  work: Work,
  folder: string,
  deps: TaskDependencies,
): Promise<OpenSource> {
  const { sizeBytes } = source;
  if (work.kind !== "whole") {
    const { url, throwIfFailed, close } = await serveSource(source, transfer(deps));
    return { path: url, sizeBytes, throwIfFailed, close };
  }
  const path = join(folder, "source");
  await downloadSource(source, path, { ...transfer(deps), onProgress: deps.reporter.advance });
  return { path, sizeBytes, throwIfFailed: () => undefined, close: () => Promise.resolve() };
}
