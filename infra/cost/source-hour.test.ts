import { beforeAll, describe, expect, it } from "vitest";
import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { graphOf } from "../graph.ts";
import { transitionsOf } from "../../packages/core/src/plan/outlook.ts";
import { estimateOf } from "./estimate.ts";
import type { Region } from "./price-list.ts";
import { happyPath, transitions } from "../states/definition.ts";
import { reportOf } from "./report.ts";
import { keepingCost, processingCost, type UseCost, watchingCost } from "./source-hour.ts";
import { planOfVideo } from "./video.ts";
import { machineOfGraph, workflowOf } from "./workflow.ts";

let production: Graph;

beforeAll(async () => {
  production = await graphOf("production");
});

const units = ({ lines }: UseCost, item: RegExp) =>
  lines.filter((line) => item.test(line.item)).reduce((total, line) => total + line.units, 0);
const usd = ({ lines }: UseCost, item: RegExp) =>
  lines.filter((line) => item.test(line.item)).reduce((total, line) => total + line.usd, 0);

/** What the planner makes of ten minutes on production's tasks, of which an hour has six. */
const planIn = (region: Region) => planOfVideo(machineOfGraph(production, region), 30);

describe("an hour of source", () => {
  it("is so many vCPU-hours and GB-hours of the plan's tasks, on their architecture", () => {
    const cost = processingCost(production, "ap-northeast-1");
    // 26 tasks of two vCPUs and four GB, a minute each: 24 seconds of 1080p take forty, and the start twenty.
    const { chunks, task } = planIn("ap-northeast-1");
    expect([chunks.length, task]).toEqual([26, { vcpu: 2, memoryGb: 4, diskGb: 21 }]);
    const hours = (6 * 26 * 60) / 3600;
    expect(usd(cost, /Fargate, vCPU/) / (hours * 2 * 0.04045)).toBeCloseTo(1, 2);
    expect(usd(cost, /Fargate, memory/) / (hours * 4 * 0.00442)).toBeCloseTo(1, 2);
    // 21 GB of disk, of which 20 are included.
    expect(usd(cost, /Fargate, disk/) / (hours * 1 * 0.000133)).toBeCloseTo(1, 2);
  });

  it("costs for the tasks, the workflow and the bucket what the plans of its videos say", () => {
    for (const region of ["ap-northeast-1", "us-east-1"] as const) {
      const told = usd(processingCost(production, region), /Fargate|Step Functions|S3/);
      // The estimate of a plan has its functions in it, and not the parts of the upload.
      expect(told / (6 * planIn(region).estimate.costUsd)).toBeCloseTo(1, 1.5);
    }
  });

  it("costs more on x86, and less at 24 frames a second", () => {
    const x86 = change(production, "aws:ecs/taskDefinition:TaskDefinition", {
      runtimePlatform: { cpuArchitecture: "X86_64" },
    });
    const cost = processingCost(production, "us-east-1");
    expect(processingCost(x86, "us-east-1").usd).toBeGreaterThan(cost.usd);
    expect(processingCost(production, "us-east-1", 24).usd).toBeLessThan(cost.usd);
  });

  it("has the transitions of the definition's way with a Map: seven states, the parts and the end, for each of six videos", () => {
    expect(units(processingCost(production, "ap-northeast-1"), /Step Functions/)).toBe(6 * (8 + 26));
  });

  it("moves nothing through the shared files", () => {
    expect(units(processingCost(production, "ap-northeast-1"), /EFS/)).toBe(0);
  });

  it("has an object for each segment, and a part for each 16 MiB of source", () => {
    // Five sizes and the sound, and those of the source, 150 segments and a beginning each; 16 objects beside them; 600 MB
    // in 36 parts.
    expect(units(processingCost(production, "ap-northeast-1"), /S3, objects/)).toBe(6 * (8 * 151 + 16 + 36));
  });

  it("sends nothing of S3 through the NAT while there is a gateway endpoint, and everything without one", () => {
    expect(units(processingCost(production, "ap-northeast-1"), /NAT/)).toBe(0);
    const without = {
      ...production,
      resources: production.resources.filter(({ inputs }) => !String(inputs.serviceName).endsWith(".s3")),
    };
    expect(without.resources.length).toBe(production.resources.length - 1);
    // 8 Mb/s of source, and 10.4 Mb/s of caps at 74 % and 0.128 Mb/s of sound.
    const gigabytes = ((8 + 10.4 * 0.74 + 0.128) * 3600) / 8 / 1000;
    expect(units(processingCost(without, "ap-northeast-1"), /NAT/)).toBeCloseTo(gigabytes, 6);
  });

  it("is kept for a month at the price of S3", () => {
    expect(usd(keepingCost("ap-northeast-1"), /source/)).toBeCloseTo(3.6 * 0.025, 9);
    expect(usd(keepingCost("us-east-1"), /streams/)).toBeCloseTo(
      (((10.4 * 0.74 + 0.128) * 3600) / 8000) * 0.023,
      9,
    );
  });

  it("cannot be told of a graph that runs no tasks", () => {
    const without = change(production, "aws:sfn/stateMachine:StateMachine", {
      definition: JSON.stringify({ StartAt: "A", States: { A: { Type: "Pass", End: true } } }),
    });
    expect(() => processingCost(without, "ap-northeast-1")).toThrow(
      "No state machine of the graph runs a task",
    );
  });
});

describe("an hour watched", () => {
  it("is the data of the largest size with its sound, at the price of where the viewers are", () => {
    const gigabytes = ((5 * 0.74 + 0.128) * 3600) / 8 / 1000;
    expect(usd(watchingCost("ap-northeast-1"), /CloudFront, data/)).toBeCloseTo(gigabytes * 0.114, 9);
    expect(usd(watchingCost("us-east-1"), /CloudFront, data/)).toBeCloseTo(gigabytes * 0.085, 9);
  });
});

describe("a plan", () => {
  it.each([1, 2, 26, 40])("of %d tasks counts the transitions that the definition has", (tasks) => {
    expect(transitionsOf(tasks)).toBe(transitions(workflowOf(production, tasks).steps));
  });
});

describe("the happy path", () => {
  it("goes where Default leads, runs a Map for each item and every branch, and ends at a state it has seen", () => {
    const one = (name: string, more = {}) => ({
      StartAt: name,
      States: { [name]: { Type: "Pass", End: true, ...more } },
    });
    const steps = happyPath(
      {
        StartAt: "Choose",
        States: {
          Choose: { Type: "Choice", Choices: [{ Next: "Rare" }], Default: "Each" },
          Each: { Type: "Map", ItemProcessor: one("Chunk"), Next: "Both" },
          Both: { Type: "Parallel", Branches: [one("Left"), one("Right")], Next: "Choose" },
          Rare: { Type: "Fail" },
        },
      },
      3,
    );
    expect(steps.map(({ name, times }) => `${name} ${times}`)).toEqual([
      "Choose 1",
      "Each 1",
      "Chunk 3",
      "Both 1",
      "Left 1",
      "Right 1",
    ]);
    expect(transitions(steps)).toBe(9);
  });

  it("goes to the Map that is one of several ways, when there are several items", () => {
    const definition = {
      StartAt: "Choose",
      States: {
        Choose: { Type: "Choice", Choices: [{ Next: "Each" }], Default: "One" },
        Each: { Type: "Map", ItemProcessor: { StartAt: "Part", States: { Part: { Type: "Task" } } } },
        One: { Type: "Task" },
      },
    };
    const names = (items: number) => happyPath(definition, items).map(({ name }) => name);
    expect(names(1)).toEqual(["Choose", "One"]);
    expect(names(2)).toEqual(["Choose", "Each", "Part"]);
  });

  it("of a definition that names a state it does not have is an error", () => {
    expect(() => happyPath({ StartAt: "Nowhere", States: {} }, 1)).toThrow('"Nowhere"');
  });
});

describe("the report", () => {
  it("adds up, and says what it rests on", () => {
    const estimate = estimateOf(production, "ap-northeast-1");
    const text = reportOf(estimate);
    expect(estimate.sourceHour.usd).toBeCloseTo(
      estimate.sourceHour.processing.usd + estimate.sourceHour.keeping.usd,
      9,
    );
    expect(text).toContain(estimate.fixed.usdPerMonth.toFixed(2));
    expect(text).toMatch(/2\.18 vCPU-seconds .*measured/);
    for (const { why } of Object.values(estimate.assumptions)) expect(text).toContain(why);
    expect(text).toMatch(/from memory: .*cloudfrontRequest/);
  });

  it("gives every price it used, with source and date", () => {
    const { prices } = estimateOf(production, "us-east-1");
    expect(prices.natHour).toMatchObject({
      source: "https://aws.amazon.com/vpc/pricing/",
      on: "2026-09-25",
      evidence: "confirmed",
    });
  });
});

/** A graph in which all resources of a type have other inputs. */
function change(graph: Graph, type: string, inputs: Record<string, unknown>): Graph {
  const resources = graph.resources.map((resource) =>
    resource.type === type ? { ...resource, inputs: { ...resource.inputs, ...inputs } } : resource,
  );
  return { ...graph, resources };
}
