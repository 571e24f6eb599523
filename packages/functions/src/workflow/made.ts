import { partResultKey, taskInputKey, taskResultKey } from "@telecine/core/storage/keys";
import { getJson } from "@telecine/core/storage/storage";
import {
  type MadePart,
  PartResult,
  type ReadyResult,
  TaskInput,
  TaskResult,
  type TaskTicket,
} from "@telecine/core/task/contract";
import { mergeParts } from "@telecine/core/task/merge";
import { outputInvalid, rejected } from "./error.ts";

/** What the tasks of an attempt have made, as if one had. Throws the step's errors when it is not all there. */
export async function readMade(ticket: TaskTicket): Promise<ReadyResult> {
  const input = await getJson(taskInputKey(ticket), TaskInput);
  const parts = input?.plan?.chunks.length ?? 0;
  return parts === 0 ? readWhole(ticket) : merge(await readParts(ticket, parts));
}

async function readWhole(ticket: TaskTicket): Promise<ReadyResult> {
  return accept(ticket, await getJson(taskResultKey(ticket), TaskResult));
}

/** A source that one task has rejected is rejected: the others have seen less of it. */
async function readParts(ticket: TaskTicket, parts: number): Promise<MadePart[]> {
  const results = await Promise.all(
    Array.from({ length: parts }, (_, part) => getJson(partResultKey(ticket, part), PartResult)),
  );
  return results.map((result) => accept(ticket, result));
}

type Result = TaskResult | PartResult;

function accept<Some extends Result>(
  ticket: TaskTicket,
  result: Some | null,
): Exclude<Some, { outcome: "rejected" }> {
  if (!result) throw outputInvalid("The task ended without a result. Try again.");
  if (result.outcome === "rejected") throw rejected({ code: result.code, message: result.message });
  if (result.videoId === ticket.videoId && result.attempt === ticket.attempt)
    return result as Exclude<Some, { outcome: "rejected" }>;
  throw outputInvalid("The task's result belongs to another attempt. Try again.");
}

function merge(parts: readonly MadePart[]): ReadyResult {
  try {
    return mergeParts(parts);
  } catch (error) {
    throw outputInvalid(`The parts do not fit together: ${(error as Error).message} Try again.`);
  }
}
