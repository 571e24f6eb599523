import { describe, expect, it } from "vitest";
import type { Emulator } from "../emulator/emulator.ts";
import type { Graph } from "../synth/graph.ts";
import { plan, UnsupportedResourceError } from "./plan.ts";

const emulator = (label: string, ...types: string[]): Emulator => ({
  label,
  types,
  start: () => Promise.reject(new Error("not started here")),
});
const emulators = [emulator("queues", "aws:sqs/queue:Queue"), emulator("topics", "aws:sns/topic:Topic")];
const graph = (...types: string[]) =>
  ({ resources: types.map((type, index) => ({ type, name: `Resource${index}` })) }) as unknown as Graph;

describe("plan", () => {
  it("takes the stand-ins that the graph needs, in their order", () => {
    expect(
      plan(
        graph("aws:sns/topic:Topic", "aws:ec2/vpc:Vpc", "sst:aws:SnsTopic", "aws:sqs/queue:Queue"),
        emulators,
      ).map(({ label }) => label),
    ).toEqual(["queues", "topics"]);
    expect(plan(graph("aws:sns/topic:Topic"), emulators).map(({ label }) => label)).toEqual(["topics"]);
  });

  it("refuses a graph with resources that nothing stands in for, and names each", () => {
    const run = () =>
      plan(graph("aws:sns/topic:Topic", "aws:dynamodb/table:Table", "aws:kinesis/stream:Stream"), emulators);
    expect(run).toThrow(UnsupportedResourceError);
    expect(run).toThrow(/aws:dynamodb\/table:Table "Resource1"\n.*aws:kinesis\/stream:Stream "Resource2"/);
  });
});
