import { describe, expect, it } from "vitest";
import { Plan, summaryOf } from "./plan.ts";
import { overrideOf, TaskSize } from "./task-size.ts";

// 23.976 frames a second: two seconds are 48 frames, a segment 96.
const plan = (chunks: [firstFrame: number, frameCount: number][], more: object = {}) => ({
  mode: chunks.length > 1 ? "chunked" : "single",
  task: { vcpu: 2, memoryGb: 4, diskGb: 21 },
  timing: { startSeconds: 0.08, frameRate: "24000/1001", frameCount: 1000 },
  chunks: chunks.map(([firstFrame, frameCount]) => ({ firstFrame, frameCount })),
  estimate: { latencySeconds: 90, costUsd: 0.01, vcpuSeconds: 200, transitions: 18 },
  reasons: ["The fastest within the bound."],
  alternatives: [{ tasks: 1, vcpu: 4, latencySeconds: 500, costUsd: 0.01 }],
  ...more,
});

const isPlan = (value: unknown) => Plan.safeParse(value).success;

describe("a plan", () => {
  it.each<[string, unknown]>([
    ["in one task", plan([])],
    ["in one task, when nothing is known of its pictures", plan([], { timing: null })],
    [
      "in chunks on the grid that cover every frame",
      plan([
        [0, 480],
        [480, 96],
        [576, 424],
      ]),
    ],
  ])("%s is one", (_name, value) => {
    expect(isPlan(value)).toBe(true);
  });

  it.each<[string, unknown]>([
    [
      "with a chunk off the grid",
      plan([
        [0, 490],
        [490, 510],
      ]),
    ],
    [
      "with a gap",
      plan([
        [0, 480],
        [576, 424],
      ]),
    ],
    [
      "with a frame twice",
      plan([
        [0, 576],
        [480, 520],
      ]),
    ],
    [
      "with a frame too few",
      plan([
        [0, 480],
        [480, 519],
      ]),
    ],
    [
      "that begins late",
      plan([
        [96, 384],
        [480, 520],
      ]),
    ],
    [
      "in chunks of pictures that nobody has counted",
      plan(
        [
          [0, 480],
          [480, 520],
        ],
        { timing: null },
      ),
    ],
    ["in one chunk", plan([[0, 1000]])],
    ["in chunks that are none", plan([], { mode: "chunked" })],
    [
      "in one task and in chunks",
      plan(
        [
          [0, 480],
          [480, 520],
        ],
        { mode: "single" },
      ),
    ],
    [
      "at a rate that is none",
      plan([], { timing: { startSeconds: 0, frameRate: "24000/0", frameCount: 1000 } }),
    ],
    ["without a reason", plan([], { reasons: [] })],
  ])("%s is none", (_name, value) => {
    expect(isPlan(value)).toBe(false);
  });

  it("is shown without its chunks", () => {
    const summary = summaryOf(
      Plan.parse(
        plan([
          [0, 480],
          [480, 520],
        ]),
      ),
    );
    expect(summary).toMatchObject({ mode: "chunked", chunkCount: 2 });
    expect(summary).not.toHaveProperty("chunks");
  });
});

describe("the size of a task", () => {
  it.each([
    [0.25, 0.5, true],
    [1, 2, true],
    [2, 4, true],
    [4, 8, true],
    [4, 30, true],
    [8, 16, true],
    [16, 32, true],
    [0.25, 4, false],
    [2, 3, false],
    [4, 31, false],
    [8, 18, false],
    [3, 8, false],
  ])("of %d vCPU and %d GB is one that Fargate has: %s", (vcpu, memoryGb, isOne) => {
    expect(TaskSize.safeParse({ vcpu, memoryGb, diskGb: 21 }).success).toBe(isOne);
  });

  it("is told to ECS in CPU units and MiB", () => {
    expect(overrideOf({ vcpu: 4, memoryGb: 8, diskGb: 40 })).toEqual({
      cpu: "4096",
      memory: "8192",
      diskGb: 40,
    });
  });
});
