import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createCredentials } from "../src/aws/credentials.ts";
import type { Emulator, Machine } from "../src/emulator/emulator.ts";
import { EMULATORS } from "../src/emulator/registry.ts";
import { ROUTES } from "../src/emulator/s3/route.ts";
import { createServices, type Services } from "../src/emulator/services.ts";
import { createNames } from "../src/runner/names.ts";
import { PASSIVE } from "../src/runner/passive.ts";
import type { Graph, Resource } from "../src/synth/graph.ts";
import { createTestMachine, type TestMachine } from "./machine.ts";

/** FEATURES.md is a promise: what it lists is there, and what is there is listed. */
const page = readFileSync(join(import.meta.dirname, "..", "FEATURES.md"), "utf8");
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf("\n")), text] as const),
);

/** What a section lists after a word such as `Types:`, up to the next empty line. */
function listed(section: string, word: string): string[] {
  const paragraph = new RegExp(`^${word}:([^]*?)\\n\\n`, "m").exec(sections.get(section) ?? "")?.[1] ?? "";
  return [...paragraph.matchAll(/`([^`]+)`/g)].map(([, name]) => name ?? "").sort();
}

let test: TestMachine;
let machine: Machine;
let services: Services;

/** Every stand-in that needs nothing installed, started without an app. */
beforeAll(async () => {
  test = await createTestMachine();
  services = createServices();
  services.provide("names", createNames());
  const port = await test.ports.take("endpoint");
  machine = {
    ...test,
    services,
    root: test.state.folder("root"),
    region: "eu-west-1",
    accountId: "123456789012",
    port: undefined,
    endpointUrl: `http://127.0.0.1:${port}`,
    fingerprint: "",
    credentials: createCredentials("seed"),
  };
});
afterAll(async () => {
  await test.close();
});

const caller = { accessKeyId: "k", arn: "arn:aws:iam::123456789012:role/r" };
const graphOf = (...resources: Partial<Resource>[]) =>
  ({ app: {}, outputs: {}, functions: [], resources }) as unknown as Graph;
const find = (label: string): Emulator => {
  const emulator = EMULATORS.find((one) => one.label === label);
  if (!emulator) throw new Error(`There is no stand-in "${label}".`);
  return emulator;
};
const start = async (label: string, graph = graphOf()) => find(label).start(graph, machine);

describe("FEATURES.md", () => {
  it("has a section for each stand-in, in the order they start", () => {
    expect([...sections.keys()].slice(0, -1)).toEqual(EMULATORS.map(({ label }) => label));
  });

  it.each(EMULATORS.map(({ label, types }) => [label, types] as const))(
    "names the types that %s takes care of",
    (label, types) => {
      expect(listed(label, "Types")).toEqual([...types].sort());
    },
  );

  it("gives the reason of every type that needs no process", () => {
    const rows = [
      ...(sections.get("Types that need no process") ?? "").matchAll(/^\| `([^`]+)` +\| (.+?) +\|$/gm),
    ];
    expect(Object.fromEntries(rows.map(([, type, reason]) => [type, reason]))).toEqual(PASSIVE);
  });

  it("names the operations that each service answers", async () => {
    const order = ["secrets", "topics", "tasks", "state machines"];
    const running = [];
    for (const label of order) running.push(await start(label));
    const operations = (service: { readonly operations: object }) => Object.keys(service.operations).sort();
    expect(listed("secrets", "Operations")).toEqual(operations(services.get("secrets").service));
    expect(listed("topics", "Operations")).toEqual(operations(services.get("sns").service));
    expect(listed("tasks", "Operations")).toEqual(operations(services.get("tasks").service));
    expect(listed("state machines", "Operations")).toEqual(operations(services.get("states").service));
    expect(listed("buckets", "Operations")).toEqual(ROUTES.map(({ operation }) => operation.name).sort());
    for (const one of running.reverse()) await one.stop();
  });
});

describe("what FEATURES.md says is not there", () => {
  it.each([
    ["PostgreSQL", "aws:rds/instance:Instance", { engine: "mysql", engineVersion: "8.0" }, /mysql 8\.0/],
    [
      "Redis",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      { clusterMode: "enabled" },
      /cluster mode/,
    ],
  ])("%s refuses, by name, before anything is started", async (label, type, inputs, message) => {
    const complete = find(label).complete?.[type];
    await expect(complete?.({ type, name: "One", inputs }, machine)).rejects.toThrow(message);
  });

  it("topics refuse queues as subscribers", async () => {
    const arn = "arn:aws:sns:eu-west-1:123456789012:news";
    const queue = "arn:aws:sqs:eu-west-1:123456789012:letters";
    const graph = graphOf(
      { type: "aws:sns/topic:Topic", name: "News", inputs: {}, outputs: { arn } },
      {
        type: "aws:sns/topicSubscription:TopicSubscription",
        name: "Letters",
        inputs: { topic: arn, protocol: "sqs", endpoint: queue },
        outputs: {},
      },
    );
    await expect(start("topics", graph)).rejects.toThrow(/"sqs" are not offered/);
  });

  it("state machines run without functions, tasks and topics, in the states they list, and refuse JSONPath's fields", async () => {
    const alone = { ...machine, services: createServices(), state: otherFolder(test) };
    const running = await find("state machines").start(graphOf(), alone);
    const { ValidateStateMachineDefinition: validate } = alone.services.get("states").service.operations;
    const flow = { StartAt: "Two", States: { Two: { Type: "Succeed" } } };
    const judge = async (language: string, state: { Type: string; [field: string]: unknown }) => {
      const others = state.Type === "Choice" ? flow.States : {};
      const definition = { QueryLanguage: language, StartAt: "One", States: { One: state, ...others } };
      const answer = await validate?.({ definition: JSON.stringify(definition) }, caller);
      return (answer as { result: string }).result;
    };
    const examples: Record<string, object> = {
      Task: { Resource: "arn:aws:states:::lambda:invoke", Arguments: { FunctionName: "run" }, End: true },
      Pass: { End: true },
      Choice: { Choices: [{ Condition: true, Next: "Two" }] },
      Wait: { Seconds: 1, End: true },
      Succeed: {},
      Fail: {},
      Parallel: { Branches: [flow], End: true },
      Map: { ItemProcessor: flow, End: true },
    };
    expect(listed("state machines", "States")).toEqual(Object.keys(examples).sort());
    for (const [Type, fields] of Object.entries(examples))
      expect([Type, await judge("JSONata", { Type, ...fields })]).toEqual([Type, "OK"]);
    expect(await judge("JSONata", { Type: "Loop" })).toBe("FAIL");
    expect(await judge("JSONPath", { Type: "Pass", InputPath: "$.a", End: true })).toBe("FAIL");
    await running.stop();
  });

  it("schedules refuse everything but a rate", async () => {
    const rule = {
      type: "aws:cloudwatch/eventRule:EventRule",
      name: "Nightly",
      outputs: { name: "nightly" },
    };
    const target = { type: "aws:cloudwatch/eventTarget:EventTarget", name: "Run", outputs: {} };
    const running = await start(
      "schedules",
      graphOf(
        { ...rule, inputs: { scheduleExpression: "cron(0 3 * * ? *)" } },
        { ...target, inputs: { rule: "nightly", arn: "arn:aws:lambda:eu-west-1:123456789012:function:run" } },
      ),
    );
    await expect(running.ready?.()).rejects.toThrow(/"Nightly" has the schedule cron/);
  });
});

function otherFolder({ state }: TestMachine): TestMachine["state"] {
  return { ...state, folder: (...path) => state.folder("other", ...path) };
}
