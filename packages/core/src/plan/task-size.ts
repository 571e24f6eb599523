import { z } from "zod";

/**
 * The tasks that Fargate runs: vCPUs with the GB of memory that may stand beside them, smallest first.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
 */
const MEMORY_GB: Readonly<Record<number, readonly number[]>> = {
  0.25: [0.5, 1, 2],
  0.5: steps(1, 4, 1),
  1: steps(2, 8, 1),
  2: steps(4, 16, 1),
  4: steps(8, 30, 1),
  8: steps(16, 60, 4),
  16: steps(32, 120, 8),
};

/** GB of disk that ECS accepts for a task. */
const DISK_GB = { min: 21, max: 200 } as const;

/** The machine that a task runs on. */
export const TaskSize = z
  .strictObject({
    vcpu: z.number().positive(),
    memoryGb: z.number().positive(),
    diskGb: z.int().min(DISK_GB.min).max(DISK_GB.max),
  })
  .refine(({ vcpu, memoryGb }) => MEMORY_GB[vcpu]?.includes(memoryGb), {
    error: "Fargate has no task of this size.",
  });
export type TaskSize = z.infer<typeof TaskSize>;

/** A size as ECS wants it to be overridden: 1,024 CPU units are a vCPU, and memory is in MiB. */
export interface TaskOverride {
  readonly cpu: string;
  readonly memory: string;
  readonly diskGb: number;
}

export function overrideOf({ vcpu, memoryGb, diskGb }: TaskSize): TaskOverride {
  return { cpu: String(vcpu * 1024), memory: String(memoryGb * 1024), diskGb };
}

function steps(first: number, last: number, step: number): number[] {
  return Array.from({ length: Math.round((last - first) / step) + 1 }, (_, index) => first + index * step);
}
