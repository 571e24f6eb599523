import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decideLadder } from "../ladder/decide.ts";
import { Settings } from "../settings/settings.ts";
import { encodeOf } from "./propose.ts";
import { usdFor } from "../price/price.ts";
import { WORK_PRICES } from "../price/work-prices.ts";
import { machineOf } from "./machine.ts";
import { Plan } from "./plan.ts";
import { makePlan, type Planned } from "./planner.ts";

const PRODUCTION = { AWS_REGION: "us-east-1", WORKER_VCPU: "4", MAX_VCPU_PER_VIDEO: "80" };

interface Sketch {
  readonly seconds: number;
  readonly width?: number;
  readonly height?: number;
  readonly framesPerSecond?: number;
  readonly more?: Partial<Planned>;
}

/** A video with 8 Mb/s and sound, as the model of prices assumes one. */
function planned({ seconds, width = 1920, height = 1080, framesPerSecond = 30, more }: Sketch): Planned {
  const frameCount = Math.max(1, Math.round(seconds * framesPerSecond));
  return {
    source: {
      ...{ durationSeconds: seconds, width, height, framesPerSecond },
      ...{ sizeBytes: Math.ceil(seconds * 1e6), videoCodec: "h264", soundTracks: 1 },
    },
    encodes: decideLadder(
      { width, height, framesPerSecond, codec: "h264", peakBitrateKbps: null },
      Settings.parse({}),
    ).rungs.map(encodeOf),
    film: { startSeconds: 0, frameRate: { num: framesPerSecond, den: 1 }, frameCount, keyframes: [] },
    isConstant: true,
    ...more,
  };
}

const plan = (sketch: Sketch, environment: Record<string, string> = {}) =>
  makePlan(planned(sketch), machineOf({ ...PRODUCTION, ...environment }));

/** A video that one task of four vCPUs takes at most. */
const alone = ({ more, ...sketch }: Sketch) =>
  plan({ ...sketch, more: { ...more, isConstant: false } }, { MAX_VCPU_PER_VIDEO: "4" });

describe("ten minutes of 1080p", () => {
  const tenMinutes = plan({ seconds: 600 });

  it("take at most 0.15 of the time of one task of four vCPUs", () => {
    // By hand: 5 s of steps, 40 of start, 1 to begin and end with, 600 MB at 1280 Mb/s; 600 s of picture at 2.18 - 0.24
    // vCPU-seconds for the measured ladder's pixels, 102,240 of 240p more, 0.24 to decode, 1.5 % of checking and 0.025
    // of sound, all 1.25 times slower, on four vCPUs of which 82 % are used.
    const ladder = 1920 * 1080 + 1280 * 720 + 854 * 480 + 640 * 360;
    const perSecond = ((1.94 * (ladder + 426 * 240)) / ladder + 0.24) * 1.015 + 0.025;
    const single = 5 + 40 + 1 + 4800 / 1280 + (600 * perSecond * 1.25) / (4 * 0.82);
    expect(tenMinutes.estimate.latencySeconds / single).toBeLessThanOrEqual(0.15);
  });

  it("cost at most 0.08 of what MediaConvert takes for the same five sizes and the sound", () => {
    const usd = (name: keyof typeof WORK_PRICES) => usdFor(WORK_PRICES[name], "us-east-1", 10);
    const theirs =
      2 * usd("mediaConvert.hdMinute") + 3 * usd("mediaConvert.sdMinute") + usd("mediaConvert.audioMinute");
    expect(theirs).toBeCloseTo(0.555, 9);
    expect(tenMinutes.estimate.costUsd / theirs).toBeLessThanOrEqual(0.08);
  });

  it("are billed for what the price list says of the tasks", () => {
    // Half the GB of memory is twice the vCPUs; disk beyond 20 GB is one GB a task.
    const { vcpuSeconds, transitions } = tenMinutes.estimate;
    const tasks = (vcpuSeconds * (0.03238 + 2 * 0.00356 + 0.000111 / 2)) / 3600;
    // Six tracks and two of the source itself, of 150 segments and a beginning; 16 objects beside them; 36 parts read, 4 documents a task.
    const requests = (8 * 151 + 16) * 0.000005 + (600 / 16.8 + 4 * tenMinutes.chunks.length) * 0.0000004;
    const rest = transitions * 0.000025 + 32 * 0.0000133334 + 5 * 0.0000002;
    expect(tenMinutes.task).toMatchObject({ vcpu: 2, memoryGb: 4, diskGb: 21 });
    expect(tenMinutes.estimate.costUsd).toBeCloseTo(tasks + requests + rest, 9);
  });

  it("are one task's work where there may be no more vCPUs", () => {
    const made = plan({ seconds: 600 }, { MAX_VCPU_PER_VIDEO: "1", WORKER_VCPU: "1" });
    expect(made).toMatchObject({ mode: "single", chunks: [], task: { vcpu: 1 } });
  });
});

describe("a plan", () => {
  const sketches = fc.record({
    seconds: fc.double({ min: 0.05, max: 36_000, noNaN: true }),
    width: fc.integer({ min: 16, max: 7680 }),
    height: fc.integer({ min: 16, max: 4320 }),
    framesPerSecond: fc.constantFrom(12, 24, 25, 30, 50, 60),
    maxVcpu: fc.constantFrom("1", "4", "6", "20", "80", "400"),
    costBound: fc.constantFrom("1", "1.1", "1.4", "3"),
  });

  it("is one, in every case, and stays within the machine and within ten and four transitions a chunk", () => {
    fc.assert(
      fc.property(sketches, ({ maxVcpu, costBound, ...sketch }) => {
        const environment = { MAX_VCPU_PER_VIDEO: maxVcpu, COST_BOUND: costBound, WORKER_VCPU: "1" };
        const made = Plan.parse(plan(sketch, environment));
        const tasks = Math.max(1, made.chunks.length);
        expect(made.task.vcpu * tasks).toBeLessThanOrEqual(Number(maxVcpu));
        expect(tasks).toBeLessThanOrEqual(40);
        expect(made.estimate.transitions).toBeLessThanOrEqual(10 + 4 * tasks);
        expect(made.alternatives.length).toBeLessThanOrEqual(6);
      }),
      { numRuns: 60 },
    );
  });

  it("is never slower for a higher bound, nor dearer than its bound", () => {
    fc.assert(
      fc.property(sketches, ({ maxVcpu, costBound, ...sketch }) => {
        const of = (bound: number) =>
          plan(sketch, { MAX_VCPU_PER_VIDEO: maxVcpu, WORKER_VCPU: "1", COST_BOUND: String(bound) });
        const [own, higher] = [of(Number(costBound)), of(Number(costBound) * 1.5)];
        // Of ways that are about as fast (3 %), the cheapest is taken.
        expect(higher.estimate.latencySeconds).toBeLessThanOrEqual(own.estimate.latencySeconds * 1.03);
        const single = makePlan(
          planned(sketch),
          machineOf({ ...PRODUCTION, MAX_VCPU_PER_VIDEO: "1", WORKER_VCPU: "1" }),
        );
        expect(own.estimate.costUsd).toBeLessThanOrEqual(single.estimate.costUsd * Number(costBound) + 1e-12);
      }),
      { numRuns: 60 },
    );
  });

  it("of ten hours is far below the 25,000 events that an execution may have, and small", () => {
    const made = plan({ seconds: 36_000 });
    // Ten events for each task (entered, scheduled, submitted, started, succeeded, exited, those of the iteration), and for each of the rest.
    expect(made.estimate.transitions * 10).toBeLessThan(2500);
    expect(JSON.stringify(made).length).toBeLessThan(8192);
    expect(made.estimate.latencySeconds).toBeLessThan(3600);
  });

  it("knows what an hour costs: about what the reference model says of 32 tasks, 0.0039 a minute and 147 s at most", () => {
    // performance.md, section 4, with x86: the model that this one began with.
    const hour = plan({ seconds: 3600 }, { WORKER_ARCHITECTURE: "X86_64", MAX_VCPU_PER_VIDEO: "128" });
    expect(hour.estimate.costUsd / 60).toBeGreaterThan(0.003);
    expect(hour.estimate.costUsd / 60).toBeLessThan(0.0045);
    expect(hour.estimate.latencySeconds).toBeLessThan(160);
  });
});

describe("one task takes it all", () => {
  it.each<[string, Sketch, RegExp]>([
    ["of a short clip", { seconds: 170 }, /short/],
    ["when the headers do not tell the frames", { seconds: 3600, more: { film: null } }, /headers/],
    ["when scenes are tried first", { seconds: 3600, more: { needsTrial: true } }, /tried/],
    ["when pictures come at uneven intervals", { seconds: 3600, more: { isConstant: false } }, /uneven/],
  ])("%s, and the plan says so", (_name, sketch, reason) => {
    const made = plan(sketch);
    expect(made).toMatchObject({ mode: "single", chunks: [] });
    expect(made.reasons[0]).toMatch(reason);
  });

  it("without a timing when nobody knows one", () => {
    expect(plan({ seconds: 3600, more: { film: null } }).timing).toBeNull();
    expect(plan({ seconds: 60 }).timing).toEqual({ startSeconds: 0, frameRate: "30/1", frameCount: 1800 });
  });
});

describe("a limit of the video's own", () => {
  it("makes a plan slower and cheaper", () => {
    const free = plan({ seconds: 3600 });
    const made = plan({ seconds: 3600, more: { maxCostUsd: free.estimate.costUsd * 0.93 } });
    expect(made.estimate.costUsd).toBeLessThanOrEqual(free.estimate.costUsd * 0.93);
    expect(made.estimate.latencySeconds).toBeGreaterThan(free.estimate.latencySeconds);
    expect(made.reasons.join(" ")).toMatch(/own limit/);
  });

  it("that nothing fits gets the cheapest way, whose estimate is above it", () => {
    const made = plan({ seconds: 3600, more: { maxCostUsd: 0.01 } });
    expect(made.estimate.costUsd).toBeGreaterThan(0.01);
    const others = made.alternatives.map(({ costUsd }) => costUsd);
    for (const costUsd of others) expect(costUsd).toBeGreaterThanOrEqual(made.estimate.costUsd);
  });
});

describe("the size of a task", () => {
  it("has more memory for large pictures and newer codecs", () => {
    expect(alone({ seconds: 60 }).task.memoryGb).toBe(8);
    expect(alone({ seconds: 60, width: 3840, height: 2160 }).task.memoryGb).toBe(16);
    const hevc = [{ width: 1920, height: 1080, codec: "hevc" as const, work: 3.3 }];
    expect(alone({ seconds: 60, more: { encodes: hevc } }).task.memoryGb).toBe(16);
  });

  it("has disk for the source and what is made of it, and pays for no more", () => {
    const disk = (sizeBytes: number) => {
      const { source } = planned({ seconds: 600 });
      return alone({ seconds: 600, more: { source: { ...source, sizeBytes } } }).task.diskGb;
    };
    expect(disk(1e9)).toBe(21);
    // The worker wants 1.5 times the source and a quarter of a GB.
    expect(disk(50e9)).toBeGreaterThanOrEqual(76);
    expect(disk(50e9)).toBeLessThanOrEqual(100);
  });

  it("is never one that Fargate does not have", () => {
    expect(() => plan({ seconds: 600 }, { MAX_VCPU_PER_VIDEO: "0.5", WORKER_VCPU: "0.5" })).toThrow(
      "one vCPU",
    );
  });
});
