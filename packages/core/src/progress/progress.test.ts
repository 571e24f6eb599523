import { describe, expect, it } from "vitest";
import { combine, type PartProgress } from "./progress.ts";

const part = (number: number, weight: number, change: Partial<PartProgress> = {}): PartProgress => ({
  ...{ attempt: 1, part: number, weight, phase: "encoding", progress: 0, speed: null, etaSeconds: null },
  ...change,
});

describe("the progress of a video", () => {
  it("is none where no task has told of any", () => {
    expect(combine([])).toBeUndefined();
  });

  it("is that of its only task", () => {
    const only = part(0, 1, { phase: "verifying", progress: 0.93, speed: 1.5, etaSeconds: 4 });
    expect(combine([only])).toEqual({
      ...{ attempt: 1, phase: "verifying", progress: 0.93, speed: 1.5, etaSeconds: 4 },
    });
  });

  it("weighs the tasks by their share of the work, and those that have told of nothing as nothing", () => {
    // 0.4 x 0.5 + 0.2 x 1 of a whole of which 0.4 is not begun.
    const parts = [part(0, 0.4, { progress: 0.5 }), part(1, 0.2, { progress: 1 })];
    expect(combine(parts)?.progress).toBe(0.4);
  });

  it("adds speeds up, and ends with the slowest task or with what still waits, whichever is later", () => {
    const parts = [
      part(0, 0.25, { progress: 0.5, speed: 1.25, etaSeconds: 10 }),
      part(1, 0.25, { progress: 0.5, speed: 1.5, etaSeconds: 20 }),
    ];
    // A quarter of the whole is done. 0.0125 and 0.00625 of it a second: 0.75 takes 40 s more.
    expect(combine(parts)).toMatchObject({ progress: 0.25, speed: 2.75, etaSeconds: 40 });
  });

  it("is that of the newest attempt alone", () => {
    const parts = [part(0, 0.5, { progress: 1 }), part(1, 0.5, { attempt: 2, progress: 0.1 })];
    expect(combine(parts)).toMatchObject({ attempt: 2, progress: 0.05 });
  });
});
