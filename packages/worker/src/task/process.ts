import { partResultKey, taskInputKey, taskResultKey } from "@telecine/core/storage/keys";
import { PartResult, TaskInput, type TaskOrder, TaskResult } from "@telecine/core/task/contract";
import { retry } from "../retry.ts";
import { withWorkdir } from "../workdir.ts";
import { patience, type TaskDependencies } from "./deps.ts";
import { make } from "./make.ts";
import { Rejection } from "./outcome.ts";
import type { Work } from "./work.ts";

/**
 * Turns one source into its renditions, or makes a part of them. Resolves with the result, which has then been written
 * behind everything it names; throws when another run may succeed, and Superseded when none is wanted.
 */
export async function processTask(
  input: TaskInput,
  work: Work,
  deps: TaskDependencies,
): Promise<TaskResult | PartResult> {
  const result = await withWorkdir(deps.workRoot, (folder) => produce(input, work, folder, deps));
  await writeResult(work, result, deps);
  return result;
}

/** What a task is to do: the document that was written before it was started. */
export async function readInput(
  order: TaskOrder,
  deps: Pick<TaskDependencies, "bucket" | "signal" | "log" | "delaysMs">,
): Promise<TaskInput> {
  const read = () => deps.bucket.readText(taskInputKey(order), deps.signal);
  return TaskInput.parse(JSON.parse(await retry(read, patience(deps))));
}

/** A source that can never succeed has a result too. */
async function produce(
  input: TaskInput,
  work: Work,
  folder: string,
  deps: TaskDependencies,
): Promise<TaskResult | PartResult> {
  const ticket = { videoId: input.videoId, attempt: input.attempt };
  try {
    const made = await make(input, work, folder, deps);
    return work.kind === "whole"
      ? TaskResult.parse({ ...ticket, outcome: "ready", ...made })
      : PartResult.parse({ ...ticket, outcome: "made", part: work.part, ...made });
  } catch (error) {
    if (!(error instanceof Rejection)) throw error;
    deps.log.warn({ err: error, code: error.code }, "the source was rejected");
    return { ...ticket, outcome: "rejected", code: error.code, message: error.message };
  }
}

async function writeResult(
  work: Work,
  result: TaskResult | PartResult,
  deps: TaskDependencies,
): Promise<void> {
  const key = work.kind === "whole" ? taskResultKey(result) : partResultKey(result, work.part);
  const body = new TextEncoder().encode(JSON.stringify(result));
  const headers = { contentType: "application/json" };
  await retry(() => deps.bucket.write(key, body, headers, deps.signal), patience(deps));
}
