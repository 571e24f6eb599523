import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { SIGNALS } from "../packages/core/src/util/signal.ts";
import type { Graph, Resource } from "../packages/local/src/synth/graph.ts";
import { graphOf, ofType, only } from "./graph.ts";
import { alarmsOf, type Metric, metricsOf, unsound, unwatched } from "./operations/alarms.ts";

/** Row 15 of the requirements: what wakes an operator, and what they find then. */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

const without = (graph: Graph, gone: (resource: Resource) => boolean): Graph => ({
  ...graph,
  resources: graph.resources.filter((resource) => !gone(resource)),
});

describe("alarms", () => {
  it("tell the error topic when they begin and when they end, and say what no data means", () => {
    const topic = only(production, "aws:sns/topic:Topic", "ErrorTopicTopic").outputs.arn;
    for (const graph of [production, small]) {
      const arn =
        graph === production ? topic : only(small, "aws:sns/topic:Topic", "ErrorTopicTopic").outputs.arn;
      for (const { name, inputs } of alarmsOf(graph)) {
        expect({ name, ...inputs }).toMatchObject({
          ...{ name: inputs.name, actionsEnabled: true, alarmActions: [arn], okActions: [arn] },
          treatMissingData: expect.stringMatching(/^(notBreaching|breaching|missing)$/) as string,
          threshold: expect.any(Number) as number,
        });
        expect(Number(inputs.datapointsToAlarm)).toBeLessThanOrEqual(Number(inputs.evaluationPeriods));
      }
    }
  });

  // Namespace and metric, and the type of which each resource has to have one.
  it.each([
    ["AWS/RDS", "CPUUtilization", "aws:rds/instance:Instance"],
    ["AWS/RDS", "FreeStorageSpace", "aws:rds/instance:Instance"],
    ["AWS/RDS", "DatabaseConnections", "aws:rds/instance:Instance"],
    ["AWS/RDS", "FreeableMemory", "aws:rds/instance:Instance"],
    ["AWS/EFS", "PercentIOLimit", "aws:efs/fileSystem:FileSystem"],
    ["AWS/EFS", "StorageBytes", "aws:efs/fileSystem:FileSystem"],
    ["AWS/NATGateway", "ErrorPortAllocation", "aws:ec2/natGateway:NatGateway"],
    ["AWS/States", "ExecutionsFailed", "aws:sfn/stateMachine:StateMachine"],
    ["AWS/States", "ExecutionsTimedOut", "aws:sfn/stateMachine:StateMachine"],
    ["AWS/States", "ExecutionThrottled", "aws:sfn/stateMachine:StateMachine"],
    ["AWS/ApiGateway", "5XXError", "aws:apigateway/restApi:RestApi"],
    ["AWS/ApiGateway", "Latency", "aws:apigateway/restApi:RestApi"],
    ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "aws:sqs/queue:Queue"],
    ["AWS/Backup", "NumberOfBackupJobsFailed", "aws:backup/vault:Vault"],
  ])("watch %s %s of every resource that has it", (namespace, metricName, type) => {
    expect(unwatched(production, type, namespace, metricName)).toEqual([]);
  });

  it.each(["EngineCPUUtilization", "DatabaseMemoryUsagePercentage", "Evictions"])(
    "watch %s of every node of the cache",
    (metricName) => {
      const { memberClusters } = only(
        production,
        "aws:elasticache/replicationGroup:ReplicationGroup",
      ).outputs;
      const watched = alarmsOf(production)
        .flatMap(metricsOf)
        .filter((metric) => metric.metricName === metricName);
      expect(watched.map(({ dimensions }) => dimensions.CacheClusterId)).toEqual(memberClusters);
    },
  );

  it("watch the errors and throttles of every function but the migrator, whose failure is the deployment's", () => {
    const type = "aws:lambda/function:Function";
    expect(unwatched(production, type, "AWS/Lambda", "Errors")).toEqual(["MigratorFunction"]);
    expect(unwatched(production, type, "AWS/Lambda", "Throttles")).toEqual(["MigratorFunction"]);
    expect(
      metricsOf(only(production, "aws:cloudwatch/metricAlarm:MetricAlarm", "ReconcileSilentAlarm")),
    ).toMatchObject([{ metricName: "Invocations" }]);
  });

  it("look at nothing but resources of the graph, and counts that something counts", () => {
    for (const graph of [production, small])
      expect(
        alarmsOf(graph)
          .flatMap(metricsOf)
          .flatMap((metric) => unsound(graph, metric)),
      ).toEqual([]);
  });

  it("of a function, a queue or a filter that is not there are found", () => {
    const broken = without(production, ({ name }) =>
      ["PublishFunction", "TaskFailuresFilter"].includes(name),
    );
    expect(
      alarmsOf(broken)
        .flatMap(metricsOf)
        .flatMap((metric) => unsound(broken, metric)),
    ).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^Errors is of FunctionName .*Publish.*not there/),
        expect.stringMatching(/TaskFailures is counted by no filter/),
      ]),
    );
    expect(unsound(production, { namespace: "AWS/SQS", metricName: "N", dimensions: {} })).toEqual([
      "N says no QueueName",
    ]);
  });

  it("are found missing of a queue that nobody thought of", () => {
    const [one] = production.resources;
    if (!one) throw new Error("There are no resources.");
    const queue = {
      ...one,
      type: "aws:sqs/queue:Queue",
      name: "Forgotten",
      outputs: { name: "forgotten" },
      id: "q",
    };
    const more = { ...production, resources: [...production.resources, queue] };
    expect(unwatched(more, queue.type, "AWS/SQS", "ApproximateNumberOfMessagesVisible")).toEqual([
      "Forgotten",
    ]);
  });

  it("are few on small stages, for what would be lost or is broken for everybody", () => {
    const names = alarmsOf(small).map(({ name }) => name.replace(/Alarm$/, ""));
    expect(names.sort()).toEqual(
      expect.arrayContaining(["ApiErrors", "DatabaseStorage", "WorkflowFailed", "WorkflowTimedOut"]),
    );
    expect(names.length).toBeLessThanOrEqual(10);
    expect(alarmsOf(production).length).toBeGreaterThan(30);
    for (const type of [
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:backup/plan:Plan",
      "aws:budgets/budget:Budget",
    ])
      expect({ type, found: ofType(small, type) }).toEqual({ type, found: [] });
  });
});

describe("task failures", () => {
  it("are counted from the events of this cluster alone, which are kept in a log that events may be written to", () => {
    const rule = only(production, "aws:cloudwatch/eventRule:EventRule", "TaskEventsRule");
    expect(JSON.parse(rule.inputs.eventPattern as string)).toEqual({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: {
        clusterArn: [only(production, "aws:ecs/cluster:Cluster").outputs.arn],
        lastStatus: ["STOPPED"],
      },
    });
    const group = only(production, "aws:cloudwatch/logGroup:LogGroup", "TaskEventsLogGroup").outputs;
    expect(
      only(production, "aws:cloudwatch/eventTarget:EventTarget", "TaskEventsTarget").inputs,
    ).toMatchObject({
      rule: rule.outputs.name,
      arn: group.arn,
    });
    const { policyDocument } = only(
      production,
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
      "TaskEventsLogPolicy",
    ).inputs;
    const { Statement } = JSON.parse(policyDocument as string) as { Statement: object[] };
    expect(Statement).toMatchObject([
      { Action: "logs:CreateLogStream", Resource: `${String(group.arn)}:*` },
      { Action: "logs:PutLogEvents", Condition: { ArnEquals: { "aws:SourceArn": rule.outputs.arn } } },
    ]);
  });

  it("are tasks that nobody stopped and that did not exit with 0", () => {
    const { pattern } = only(
      production,
      "aws:cloudwatch/logMetricFilter:LogMetricFilter",
      "TaskFailuresFilter",
    ).inputs;
    expect(pattern).toBe(
      '{ ($.detail.stopCode != "UserInitiated") && (($.detail.containers[0].exitCode != 0) || ($.detail.containers[0].exitCode NOT EXISTS)) }',
    );
  });
});

it("a signal is counted in the logs of every function that may give it", () => {
  const filters = ofType(production, "aws:cloudwatch/logMetricFilter:LogMetricFilter").map(({ inputs }) => [
    inputs.pattern,
    String(inputs.logGroupName).replace(/.*production-([A-Za-z]+?)(Function)?(-\w+)?$/, "$1"),
  ]);
  expect(filters).toEqual(
    expect.arrayContaining([
      [`{ $.signal = "${SIGNALS.videoFailed}" }`, "RecordFailure"],
      [`{ $.signal = "${SIGNALS.videoFailed}" }`, "ReconcileHandler"],
      [`{ $.signal = "${SIGNALS.notReconciled}" }`, "ReconcileHandler"],
    ]),
  );
});

describe("the dashboard", () => {
  interface Widget {
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly properties: { readonly region?: string; readonly metrics?: readonly (string | object)[][] };
  }
  const widgets = () =>
    (
      JSON.parse(only(production, "aws:cloudwatch/dashboard:Dashboard").inputs.dashboardBody as string) as {
        widgets: Widget[];
      }
    ).widgets;

  const metrics = (): Metric[] =>
    widgets()
      .flatMap(({ properties }) => properties.metrics ?? [])
      .map(([namespace, metricName, ...rest]) => {
        const words = rest.filter((word) => typeof word === "string");
        const pairs = words.flatMap((word, index) =>
          index % 2 === 0 ? [[word, words[index + 1] ?? ""]] : [],
        );
        return {
          namespace: namespace as string,
          metricName: metricName as string,
          dimensions: Object.fromEntries(pairs) as Record<string, string>,
        };
      });

  it("shows metrics of resources that there are, in the region that they are in", () => {
    expect(metrics().length).toBeGreaterThan(30);
    expect(metrics().flatMap((metric) => unsound(production, metric))).toEqual([]);
    for (const { type, properties } of widgets())
      if (type === "metric") expect(properties.region).toBe("ap-northeast-1");
  });

  it("has a chart of every service that has an alarm", () => {
    const shown = new Set(metrics().map(({ namespace }) => namespace));
    const watched = new Set(
      alarmsOf(production)
        .flatMap(metricsOf)
        .map(({ namespace }) => namespace),
    );
    expect([...watched].filter((namespace) => !shown.has(namespace) && namespace !== "AWS/Backup")).toEqual(
      [],
    );
  });

  it("lays its charts out side by side, none over another, none beyond the 24 columns", () => {
    const taken = new Set<string>();
    for (const { x, y, width, height } of widgets()) {
      expect(x + width).toBeLessThanOrEqual(24);
      for (let column = x; column < x + width; column++) {
        for (let row = y; row < y + height; row++) {
          expect(taken.has(`${column},${row}`)).toBe(false);
          taken.add(`${column},${row}`);
        }
      }
    }
  });
});

describe("runbooks", () => {
  const page = readFileSync(join(import.meta.dirname, "../docs/operations.md"), "utf8");
  const [, runbooks = ""] = /^## Alarms$([^]*?)(?=^## )/m.exec(page) ?? [];
  const sections = [...runbooks.matchAll(/^### (\w+)$([^]*?)(?=^### |(?![^]))/gm)];
  const anchor = ({ inputs }: Resource) =>
    /docs\/operations\.md#(\w+)$/.exec(String(inputs.alarmDescription))?.[1];

  it("are there for every alarm of production, by the link in its description, and for no other", () => {
    const linked = new Set(alarmsOf(production).map(anchor));
    expect([...linked].sort()).toEqual(sections.map(([, name]) => name?.toLowerCase()).sort());
    for (const alarm of alarmsOf(small)) expect([...linked]).toContain(anchor(alarm));
  });

  it.each(["Means", "Look", "Fix", "Escalate"])("each say: %s", (word) => {
    const silent = sections.filter(([, , text]) => !text?.includes(`**${word}.**`));
    expect(silent.map(([, name]) => name)).toEqual([]);
  });

  it("name alarms and signals as they are named", () => {
    const named = [...page.matchAll(/telecine-production-([A-Z]\w+)`/g)].map(([, name]) => name);
    const names = alarmsOf(production).map(({ inputs }) =>
      String(inputs.name).replace(/^telecine-production-/, ""),
    );
    expect(named.filter((name) => !names.includes(name ?? ""))).toEqual([]);
    for (const signal of Object.values(SIGNALS)) expect(page).toContain(signal);
  });
});
