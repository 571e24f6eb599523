import { billedDiskGb, billOf, type Market, type Quantities } from "../price/bill.ts";
import { AROUND, EFFICIENCY, SPEED } from "./assumptions.ts";
import type { Estimate } from "./plan.ts";
import type { TaskSize } from "./task-size.ts";
import type { SourceLook, Work } from "./work.ts";

/** A video as the model sees it. */
export interface Job {
  readonly source: SourceLook;
  readonly work: Work;
  /** Of all its renditions and of its sound. */
  readonly segments: number;
}

/** Tasks of one size: one for each of `seconds`, which is how much of the picture it encodes. The first takes the sound. */
export interface Shape {
  readonly task: TaskSize;
  readonly seconds: readonly number[];
}

/** Megabits a second that a task's network brings, whatever its size. */
const NETWORK_AT_MOST = 2400;

/** What a way of encoding is expected to take, and to cost. */
export function outlookOf(job: Job, { task, seconds }: Shape, market: Market): Estimate {
  const busy = seconds.map((own, index) => busySeconds(job, task, own, seconds.length > 1, index === 0));
  const used = quantitiesOf(job, task, busy);
  return {
    latencySeconds: AROUND.stepsSeconds.value + AROUND.startSeconds.value + Math.max(...busy),
    costUsd: billOf(used, market),
    vcpuSeconds: used.vcpuSeconds,
    transitions: used.transitions,
  };
}

/** Seconds that a task is billed for when it works for so long. */
export function billedSeconds(busySeconds: number): number {
  return billedAtLeast(AROUND.billedStartSeconds.value + busySeconds);
}

/** Seconds that a task is billed for when it was there for so long, from the pull of its image on. */
export function billedAtLeast(seconds: number): number {
  return Math.max(AROUND.leastSeconds.value, seconds);
}

/** State transitions of an execution with so many tasks. One task is run by a state in the place of the Map. */
export function transitionsOf(tasks: number): number {
  return AROUND.transitions.value + (tasks > 1 ? tasks * AROUND.transitionsPerChunk.value : 0);
}

function busySeconds(
  { source, work }: Job,
  { vcpu }: TaskSize,
  seconds: number,
  isChunk: boolean,
  withSound: boolean,
): number {
  const megabits = (source.sizeBytes * 8e-6 * seconds) / source.durationSeconds;
  const reading = megabits / Math.min(SPEED.networkMbps.value * vcpu, NETWORK_AT_MOST);
  const unused = isChunk ? (SPEED.groupSeconds.value / 2) * work.decode : 0;
  const sound = withSound ? source.durationSeconds * work.sound : 0;
  const computing = (seconds * work.picture + unused + sound) / (vcpu * (EFFICIENCY[vcpu] ?? 1));
  return reading + computing + AROUND.tailSeconds.value;
}

function quantitiesOf({ source, segments }: Job, task: TaskSize, busy: readonly number[]): Quantities {
  const seconds = busy.map(billedSeconds).reduce((sum, own) => sum + own, 0);
  return {
    vcpuSeconds: seconds * task.vcpu,
    gbSeconds: seconds * task.memoryGb,
    diskGbSeconds: seconds * billedDiskGb(task.diskGb),
    transitions: transitionsOf(busy.length),
    objectsWritten: segments + AROUND.objectsBeside.value,
    objectsRead: source.sizeBytes / (AROUND.partMb.value * 1e6) + AROUND.documentsPerTask.value * busy.length,
    functionGbSeconds: AROUND.functionGbSeconds.value,
    functionCalls: AROUND.functions.value,
  };
}

/** Seconds of picture that are as much work as all of the sound: so much shorter is what its task takes of the picture. */
export function soundShare({ source, work }: Job): number {
  return (source.durationSeconds * work.sound) / work.picture;
}
