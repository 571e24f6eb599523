import { noteUsage } from "@telecine/core/job/plan";
import { machineOf } from "@telecine/core/plan/machine";
import { taskInputKey, usagePrefix } from "@telecine/core/storage/keys";
import { getJson, listSizes } from "@telecine/core/storage/storage";
import { TaskInput, type TaskTicket } from "@telecine/core/task/contract";
import { TaskUsage } from "@telecine/core/usage/task";
import { usageOf } from "@telecine/core/usage/usage";
import { log } from "@telecine/core/util/log";

/** What is kept of an attempt. */
export interface Stored {
  readonly bytes: number;
  readonly objects: number;
}

/** More tasks than an attempt can have: parts, each tried four times. */
const MOST_DOCUMENTS = 400;

/** Notes what an attempt has used, from what its tasks have written down. Doing it again replaces what was noted. */
export async function account(ticket: TaskTicket, stored: Stored): Promise<void> {
  const tasks = await readUsages(ticket);
  const input = await getJson(taskInputKey(ticket), TaskInput);
  if (tasks.length === 0 || !input) return;
  const machine = machineOf(process.env);
  const { standardVcpu: vcpu } = machine;
  const usage = usageOf(
    {
      tasks,
      size: input.plan?.task ?? { vcpu, memoryGb: vcpu * 2, diskGb: 21 },
      plannedTasks: Math.max(1, input.plan?.chunks.length ?? 0),
      bytesStored: stored.bytes,
      objectsStored: stored.objects,
    },
    machine,
  );
  await noteUsage(ticket, usage);
}

async function readUsages(ticket: TaskTicket): Promise<TaskUsage[]> {
  const prefix = usagePrefix(ticket);
  const names = [...(await listSizes(prefix)).keys()].slice(0, MOST_DOCUMENTS);
  const usages = await Promise.all(names.map((name) => readUsage(prefix + name)));
  return usages.filter((usage) => usage !== null);
}

/** One that cannot be read is not counted: what was made is worth more than its bill. */
async function readUsage(key: string): Promise<TaskUsage | null> {
  try {
    return await getJson(key, TaskUsage);
  } catch (error) {
    if (!(error instanceof Error && ["ZodError", "SyntaxError"].includes(error.name))) throw error;
    log.warn({ err: error, key }, "What a task has used cannot be read");
    return null;
  }
}
