/// <reference path="../.sst/platform/config.d.ts" />
import { errorTopic } from "./notifications";
import { sizes } from "./stage";

type Statistic = "Average" | "Maximum" | "Minimum" | "Sum" | `p${number}`;

export interface Metric {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, $util.Input<string>>>;
  readonly statistic: Statistic;
}

export interface Alarm {
  /** For the person it wakes: what has happened, in one sentence. */
  readonly says: string;
  /** The section of docs/operations.md; alarms on several nodes share one. Default: the alarm's own name. */
  readonly runbook?: string;
  /** On every stage, not only where `sizes.watched` says so. */
  readonly everywhere?: boolean;
  /** One metric, or several of which the sum is watched. */
  readonly metric: Metric | readonly Metric[];
  readonly when: { readonly atLeast: number } | { readonly below: number };
  /** How much time a data point covers. */
  readonly minutes: number;
  /** This many of that many data points: `[2, 3]`. */
  readonly of: readonly [breaching: number, evaluated: number];
  /** What no data means. Services that count events send nothing where there is nothing to count. */
  readonly missing: "notBreaching" | "breaching" | "missing";
}

/** Alarms and their ends go to the error topic. None in `sst dev`: what they would watch runs on a laptop. */
export function createAlarm(name: string, alarm: Alarm) {
  if ($dev || !(alarm.everywhere || sizes.watched)) return undefined;
  const [breaching, evaluated] = alarm.of;
  return new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
    name: `${$app.name}-${$app.stage}-${name}`,
    alarmDescription: `${alarm.says} Runbook: docs/operations.md#${(alarm.runbook ?? name).toLowerCase()}`,
    ...comparison(alarm.when),
    ...watched(alarm.metric, alarm.minutes * 60),
    evaluationPeriods: evaluated,
    datapointsToAlarm: breaching,
    treatMissingData: alarm.missing,
    actionsEnabled: true,
    alarmActions: [errorTopic.arn],
    okActions: [errorTopic.arn],
  });
}

/** A queue of messages that nobody could be made to take: one message in it is one too many. */
export function alarmOnQueue(name: string, queue: aws.sqs.Queue) {
  return createAlarm(name, {
    says: "A message could not be delivered and waits in a dead-letter queue.",
    runbook: "DeadLetters",
    everywhere: true,
    metric: {
      namespace: "AWS/SQS",
      name: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: queue.name },
      statistic: "Maximum",
    },
    when: { atLeast: 1 },
    minutes: 5,
    of: [1, 1],
    // SQS stops sending metrics of a queue that nobody has used for six hours.
    missing: "notBreaching",
  });
}

function comparison(when: Alarm["when"]) {
  return "atLeast" in when
    ? { comparisonOperator: "GreaterThanOrEqualToThreshold", threshold: when.atLeast }
    : { comparisonOperator: "LessThanThreshold", threshold: when.below };
}

function watched(metric: Alarm["metric"], period: number) {
  return isList(metric) ? { metricQueries: sumOf(metric, period) } : single(metric, period);
}

const isList = (metric: Alarm["metric"]): metric is readonly Metric[] => Array.isArray(metric);

function single({ namespace, name, dimensions, statistic }: Metric, period: number) {
  const isPercentile = statistic.startsWith("p");
  return {
    ...{ namespace, metricName: name, dimensions, period },
    ...(isPercentile
      ? // A percentile of a handful of requests says nothing.
        { extendedStatistic: statistic, evaluateLowSampleCountPercentiles: "ignore" }
      : { statistic }),
  };
}

function sumOf(metrics: readonly Metric[], period: number) {
  if (metrics.length > 10) throw new Error("An alarm adds up at most ten metrics. Make a second alarm.");
  const queries = metrics.map(({ namespace, name, dimensions, statistic }, index) => ({
    id: `m${index + 1}`,
    metric: { namespace, metricName: name, dimensions, period, stat: statistic },
  }));
  const sum = {
    id: "sum",
    label: "Sum",
    expression: `SUM([${queries.map(({ id }) => `FILL(${id}, 0)`).join(", ")}])`,
    returnData: true,
  };
  return [...queries, sum];
}
