import { describe, expect, it } from "vitest";
import { machineOf } from "../plan/machine.ts";
import type { TaskUsage } from "./task.ts";
import { sumOf, usageOf, type Work } from "./usage.ts";

const VIRGINIA = machineOf({ AWS_REGION: "us-east-1" });
const START = "2026-11-28T10:00:00.000Z";
const at = (seconds: number) => new Date(Date.parse(START) + seconds * 1000).toISOString();

const task = (seconds: number | null, more: Partial<TaskUsage> = {}): TaskUsage => ({
  ...{ startedAt: START, endedAt: seconds === null ? null : at(seconds), task: null },
  ...{ cpuSeconds: 10, bytesRead: 1_000_000, bytesWritten: 500_000, ...more },
});

const work = (tasks: TaskUsage[], more: Partial<Work> = {}): Work => ({
  ...{ tasks, size: { vcpu: 2, memoryGb: 4, diskGb: 30 }, plannedTasks: 1 },
  ...{ bytesStored: 400_000, objectsStored: 100, ...more },
});

describe("what an attempt has used", () => {
  it("is what its tasks are billed for: by the second, and a minute at least", () => {
    expect(usageOf(work([task(600), task(10)]), VIRGINIA)).toMatchObject({
      ...{ taskStarts: 2, vcpuSeconds: 2 * 660, gbSeconds: 4 * 660, cpuSeconds: 20 },
      ...{ bytesRead: 2_000_000, bytesWritten: 1_000_000, bytesStored: 400_000 },
    });
  });

  it("goes by the size that a task says it has, else by the plan's", () => {
    const own = { task: { vcpu: 4, memoryGb: 16 } };
    expect(usageOf(work([task(100, own), task(100)]), VIRGINIA)).toMatchObject({
      ...{ vcpuSeconds: 600, gbSeconds: 2000 },
    });
  });

  it("counts a task that was killed as the least that is billed", () => {
    expect(usageOf(work([task(null)]), VIRGINIA)).toMatchObject({ taskStarts: 1, vcpuSeconds: 120 });
  });

  it("has the price of the list", () => {
    const { estimatedCostUsd } = usageOf(work([task(3600)]), VIRGINIA);
    // An hour of two vCPUs, four GB and ten GB of disk beyond twenty, on ARM in Virginia; 100 objects and 4 documents
    // written, one part and 4 documents read; 8 transitions; 32 GB-seconds and 5 calls of functions.
    const tasks = 2 * 0.03238 + 4 * 0.00356 + 10 * 0.000111;
    const requests = 104 * 0.000005 + 5 * 0.0000004 + 8 * 0.000025;
    expect(estimatedCostUsd).toBeCloseTo(tasks + requests + 32 * 0.0000133334 + 5 * 0.0000002, 9);
  });

  it("is nothing but what lies around where no task has begun", () => {
    expect(usageOf(work([], { bytesStored: 0, objectsStored: 0 }), VIRGINIA)).toMatchObject({
      ...{ taskStarts: 0, vcpuSeconds: 0 },
    });
  });
});

describe("several attempts", () => {
  it("are added up; what is kept is the last one's", () => {
    const [first, second] = [
      usageOf(work([task(60)], { bytesStored: 0 }), VIRGINIA),
      usageOf(work([task(60), task(60)]), VIRGINIA),
    ];
    expect(sumOf([first, second])).toMatchObject({
      ...{ taskStarts: 3, vcpuSeconds: 360, bytesRead: 3_000_000, bytesStored: 400_000 },
      estimatedCostUsd: first.estimatedCostUsd + second.estimatedCostUsd,
    });
    expect(sumOf([first])).toEqual(first);
    expect(sumOf([])).toBeNull();
  });
});
