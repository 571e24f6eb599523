import { z } from "zod";

const bytes = z.int().nonnegative();

/** What one task has used: a document of its own, written when it begins and again when it ends, however it ends. */
export const TaskUsage = z.strictObject({
  /** When billing began: with the pull of the image, where ECS says when that was. */
  startedAt: z.iso.datetime(),
  /** Null while the task works, and for ever when it was killed. */
  endedAt: z.iso.datetime().nullable(),
  /** As ECS says; null where nobody does. */
  task: z.strictObject({ vcpu: z.number().positive(), memoryGb: z.number().positive() }).nullable(),
  /** Of processors that worked, for the task and all that it ran. */
  cpuSeconds: z.number().nonnegative(),
  /** From and to the bucket. */
  bytesRead: bytes,
  bytesWritten: bytes,
});
export type TaskUsage = z.infer<typeof TaskUsage>;
