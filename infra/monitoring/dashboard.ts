/// <reference path="../../.sst/platform/config.d.ts" />
import type { Metric } from "../alarm";
import { cluster } from "../compute";
import { deadLetters } from "../dead-letters";
import { natGateways } from "../network";
import { rest } from "./api";
import { nodes, redis } from "./cache";
import { rds } from "./database";
import { efs, nat, scratchSize } from "./files";
import { functions, lambda } from "./functions";
import { taskFailures } from "./tasks";
import { states, stuck, videosFailed } from "./workflow";

const region = aws.getRegionOutput().name;

/** From top to bottom in the order of an operator's questions: does it answer, does it work, and if not, what is at its end? */
const rows: Record<string, Chart[]> = {
  "Does it answer?": [
    chart("Calls", [rest("Count", "Sum"), rest("4XXError", "Sum"), rest("5XXError", "Sum")]),
    chart("Latency (ms)", [rest("Latency", "p50"), rest("Latency", "p95"), rest("Latency", "p99")]),
    chart("Dead letters", [waiting(deadLetters)]),
  ],
  "Does it work?": [
    chart(
      "Executions",
      ["Started", "Succeeded", "Failed", "TimedOut", "Aborted"].map((end) => states(`Executions${end}`)),
    ),
    chart("Tasks under way", [tasks("TaskCount", "Maximum")]),
    chart("Failures through our fault", [videosFailed, taskFailures, stuck]),
  ],
  Functions: [
    chart(
      "Errors",
      functions.map(({ functionName }) => lambda(functionName, "Errors")),
    ),
    chart(
      "Duration, slowest in a hundred (ms)",
      functions.map(({ functionName }) => lambda(functionName, "Duration", "p99")),
    ),
    chart(
      "At once",
      functions.map(({ functionName }) => lambda(functionName, "ConcurrentExecutions", "Maximum")),
    ),
  ],
  PostgreSQL: [
    chart("CPU (%)", [rds("CPUUtilization")]),
    chart("Connections", [rds("DatabaseConnections", "Maximum")]),
    chart("Free disk and memory (bytes)", [
      rds("FreeStorageSpace", "Minimum"),
      rds("FreeableMemory", "Minimum"),
    ]),
    chart("Latency of the disk (s)", [rds("ReadLatency"), rds("WriteLatency")]),
  ],
  Redis: [
    chart(
      "CPU of the engine (%)",
      nodes.map((node) => redis(node, "EngineCPUUtilization")),
    ),
    chart(
      "Memory (%)",
      nodes.map((node) => redis(node, "DatabaseMemoryUsagePercentage")),
    ),
    chart(
      "Hits, misses, evictions",
      nodes.flatMap((node) =>
        ["CacheHits", "CacheMisses", "Evictions"].map((name) => redis(node, name, "Sum")),
      ),
    ),
  ],
  "Files and network": [
    chart("Scratch (bytes)", [scratchSize]),
    chart("Scratch, read and written (bytes, billed)", [efs("MeteredIOBytes", "Sum")]),
    chart(
      "NAT, sent out (bytes, billed)",
      natGateways.map((gateway) => nat(gateway, "BytesOutToDestination")),
    ),
  ],
};

export const dashboard = new aws.cloudwatch.Dashboard("Dashboard", {
  dashboardName: `${$app.name}-${$app.stage}`,
  dashboardBody: $jsonStringify({ start: "-PT6H", periodOverride: "inherit", widgets: layOut(rows) }),
});

interface Chart {
  readonly title: string;
  readonly metrics: readonly Metric[];
}

function chart(title: string, metrics: readonly Metric[]): Chart {
  return { title, metrics };
}

/** How many messages wait in a queue. */
function waiting(queue: sst.aws.Queue): Metric {
  const dimensions = { QueueName: queue.nodes.queue.name };
  return {
    namespace: "AWS/SQS",
    name: "ApproximateNumberOfMessagesVisible",
    dimensions,
    statistic: "Maximum",
  };
}

/** Container Insights, of all tasks of the cluster together. */
function tasks(name: string, statistic: Metric["statistic"]): Metric {
  const dimensions = { ClusterName: cluster.nodes.cluster.name };
  return { namespace: "ECS/ContainerInsights", name, dimensions, statistic };
}

/** A headline of one unit of height, then its charts side by side; a dashboard is 24 units wide. */
function layOut(all: Record<string, Chart[]>): object[] {
  let y = 0;
  return Object.entries(all).flatMap(([title, charts]) => {
    const width = 24 / charts.length;
    const headline = { type: "text", x: 0, y, width: 24, height: 1, properties: { markdown: `## ${title}` } };
    const widgets = charts
      .filter(({ metrics }) => metrics.length > 0)
      .map((one, index) => ({
        type: "metric",
        x: index * width,
        y: y + 1,
        width,
        height: 6,
        properties: draw(one),
      }));
    y += 7;
    return [headline, ...widgets];
  });
}

/** CloudWatch's form of a metric is a list: namespace, name, each dimension and its value, and how to draw it. */
function draw({ title, metrics }: Chart) {
  return {
    title,
    region,
    view: "timeSeries",
    period: 300,
    metrics: metrics.map(({ namespace, name, dimensions, statistic }) => [
      namespace,
      name,
      ...Object.entries(dimensions).flat(),
      { stat: statistic },
    ]),
  };
}
