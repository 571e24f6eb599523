import { z } from "zod";
import { AROUND } from "../plan/assumptions.ts";
import type { Machine } from "../plan/machine.ts";
import { billedAtLeast, transitionsOf } from "../plan/outlook.ts";
import type { TaskSize } from "../plan/task-size.ts";
import { billedDiskGb, billOf } from "../price/bill.ts";
import type { TaskUsage } from "./task.ts";

const amount = z.number().nonnegative();
const count = z.int().nonnegative();

/** What the work on a video has used. */
export const Usage = z.strictObject({
  taskStarts: count,
  /** Of tasks, as they are billed: a minute each at least. */
  vcpuSeconds: amount,
  gbSeconds: amount,
  /** Of processors that worked. */
  cpuSeconds: amount,
  /** Between the bucket and tasks. */
  bytesRead: count,
  bytesWritten: count,
  /** That are kept: segments, playlists and pictures. */
  bytesStored: count,
  /** Of the workflow's functions, estimated. */
  functionSeconds: amount,
  /** Of the state machine, estimated. */
  transitions: count,
  /** US dollars at list prices, without what keeping and watching the result costs. */
  estimatedCostUsd: amount,
});
export type Usage = z.infer<typeof Usage>;

export interface Work {
  readonly tasks: readonly TaskUsage[];
  /** The size that the plan gave to each, for those that do not know theirs. */
  readonly size: TaskSize;
  /** How many tasks the plan has. */
  readonly plannedTasks: number;
  readonly bytesStored: number;
  readonly objectsStored: number;
}

/** Bytes of a read at most (worker). */
const PART_BYTES = AROUND.partMb.value * 1e6;

/** What the work of one attempt has used, and costs. */
export function usageOf(
  { tasks, size, plannedTasks, bytesStored, objectsStored }: Work,
  machine: Machine,
): Usage {
  const billed = tasks.map((task) => ({ ...(task.task ?? size), seconds: billedSecondsOf(task) }));
  const sum = <Item>(items: readonly Item[], of: (item: Item) => number) =>
    items.reduce((total, item) => total + of(item), 0);
  const bytesRead = sum(tasks, (task) => task.bytesRead);
  const used = {
    vcpuSeconds: sum(billed, ({ vcpu, seconds }) => vcpu * seconds),
    gbSeconds: sum(billed, ({ memoryGb, seconds }) => memoryGb * seconds),
    transitions: transitionsOf(plannedTasks),
  };
  const estimatedCostUsd = billOf(
    {
      ...used,
      diskGbSeconds: sum(billed, ({ seconds }) => seconds * billedDiskGb(size.diskGb)),
      objectsWritten: objectsStored + tasks.length * AROUND.documentsPerTask.value,
      objectsRead: Math.ceil(bytesRead / PART_BYTES) + tasks.length * AROUND.documentsPerTask.value,
      functionGbSeconds: AROUND.functionGbSeconds.value,
      functionCalls: AROUND.functions.value,
    },
    machine,
  );
  return {
    taskStarts: tasks.length,
    ...used,
    cpuSeconds: sum(tasks, (task) => task.cpuSeconds),
    bytesRead,
    bytesWritten: sum(tasks, (task) => task.bytesWritten),
    bytesStored,
    functionSeconds: AROUND.functionSeconds.value,
    estimatedCostUsd,
  };
}

/** What several attempts at a video have used together. */
export function sumOf(usages: readonly Usage[]): Usage | null {
  return usages.reduce<Usage | null>((total, usage) => (total ? plus(total, usage) : usage), null);
}

/** What is stored is what the last attempt has stored: what others left is deleted. */
function plus(total: Usage, next: Usage): Usage {
  const keys = Object.keys(Usage.shape) as (keyof Usage)[];
  const sums = Object.fromEntries(keys.map((key) => [key, total[key] + next[key]]));
  return Usage.parse({ ...sums, bytesStored: next.bytesStored });
}

/** Of a task that was killed nobody knows the end: it counts as the least that is billed. */
function billedSecondsOf({ startedAt, endedAt }: TaskUsage): number {
  const seconds = endedAt === null ? 0 : (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
  return billedAtLeast(seconds);
}
