import { z } from "zod";
import { gridOf } from "../media/grid.ts";
import { parseRational } from "../media/rational.ts";
import { TaskSize } from "./task-size.ts";

const usd = z.number().nonnegative();

/** What a way of encoding is expected to take. */
const Outlook = z.strictObject({
  /** From the end of the upload to the last playlist. */
  latencySeconds: z.number().positive(),
  /** At list prices: tasks, transitions and requests; not what keeping the result costs. */
  costUsd: usd,
});

/** A way of encoding that was weighed: so many tasks of such a size. */
export const Alternative = z.strictObject({
  tasks: z.int().positive(),
  vcpu: z.number().positive(),
  ...Outlook.shape,
});
export type Alternative = z.infer<typeof Alternative>;

export const Estimate = z.strictObject({
  ...Outlook.shape,
  /** Of all tasks, as they are billed. */
  vcpuSeconds: z.number().nonnegative(),
  /** Of the state machine. */
  transitions: z.int().positive(),
});
export type Estimate = z.infer<typeof Estimate>;

/** The pictures of a source, as they will be encoded. */
export const Timing = z.strictObject({
  /** When the first picture is shown, on the file's clock. */
  startSeconds: z.number(),
  /** The constant rate that is encoded, exact: `24000/1001`. */
  frameRate: z.string().refine((rate) => parseRational(rate) !== undefined),
  frameCount: z.int().positive(),
});
export type Timing = z.infer<typeof Timing>;

/** A part of the encoded pictures: begins and ends where a segment does, in every rendition. */
export const Chunk = z.strictObject({
  firstFrame: z.int().nonnegative(),
  frameCount: z.int().positive(),
});
export type Chunk = z.infer<typeof Chunk>;

/** What is told of a plan wherever its chunks are of no interest. */
const Summary = z.strictObject({
  /** `single`: one task encodes everything. `chunked`: one task for each chunk, at once. */
  mode: z.enum(["single", "chunked"]),
  /** The size of each task. */
  task: TaskSize,
  estimate: Estimate,
  /** Why so many tasks of this size, for people. */
  reasons: z.array(z.string()).min(1),
  /** What else was weighed, cheapest first. */
  alternatives: z.array(Alternative),
});

/** How a video is encoded: decided before the first task starts, stored with the task's input. */
export const Plan = z
  .strictObject({
    ...Summary.shape,
    /** Null when the headers do not tell: the task then measures, and is the only one. */
    timing: Timing.nullable(),
    /** In order, without a gap. Empty when `single`. */
    chunks: z.array(Chunk),
  })
  .refine(({ mode, chunks }) => (mode === "single" ? chunks.length === 0 : chunks.length > 1), {
    error: "A plan of several chunks is chunked, and no other.",
  })
  .refine(({ timing, chunks }) => chunks.length === 0 || (timing !== null && areWhole(chunks, timing)), {
    error: "Chunks follow each other on the grid of segments, and cover every frame once.",
  });
export type Plan = z.infer<typeof Plan>;

/** A plan as it is stored with its job, and shown. */
export const PlanSummary = z.strictObject({ ...Summary.shape, chunkCount: z.int().nonnegative() });
export type PlanSummary = z.infer<typeof PlanSummary>;

export function summaryOf({ mode, task, estimate, reasons, alternatives, chunks }: Plan): PlanSummary {
  return { mode, task, estimate, reasons, alternatives, chunkCount: chunks.length };
}

function areWhole(chunks: readonly Chunk[], { frameRate, frameCount }: Timing): boolean {
  const rate = parseRational(frameRate);
  if (!rate) return false;
  const { framesPerSegment } = gridOf(rate);
  let next = 0;
  for (const chunk of chunks) {
    if (chunk.firstFrame !== next || next % framesPerSegment !== 0) return false;
    next += chunk.frameCount;
  }
  return next === frameCount;
}
