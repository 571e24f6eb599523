/// <reference path="../../.sst/platform/config.d.ts" />
import { SIGNALS } from "../../packages/core/src/util/signal";
import { createAlarm, type Metric } from "../alarm";
import { logOf } from "../functions";
import { reconcile } from "../ingest";
import { sizes } from "../stage";
import { steps, workflow } from "../workflow";

export const states = (name: string): Metric => ({
  namespace: "AWS/States",
  name,
  dimensions: { StateMachineArn: workflow.arn },
  statistic: "Sum",
});

// Canceled videos abort their executions, so those that were aborted are no alarm.
createAlarm("WorkflowFailed", {
  says: "Many videos fail, whoever is at fault.",
  everywhere: true,
  metric: states("ExecutionsFailed"),
  // A file that is no video fails its execution as well, and its owner is told: one is no reason to wake anybody. Ten in
  // a quarter of an hour are a broken client, or us.
  when: { atLeast: 10 },
  minutes: 15,
  of: [1, 1],
  missing: "notBreaching",
});

createAlarm("WorkflowTimedOut", {
  says: "A video was given up because its execution took longer than a day.",
  everywhere: true,
  metric: states("ExecutionsTimedOut"),
  // A task may take eight hours and is tried four times: a day is more than any video needs.
  when: { atLeast: 1 },
  minutes: 5,
  of: [1, 1],
  missing: "notBreaching",
});

createAlarm("WorkflowThrottled", {
  says: "Step Functions holds executions back: the account's limits are reached.",
  metric: states("ExecutionThrottled"),
  // What is held back goes on later. Three periods in a row are a backlog that grows.
  when: { atLeast: 1 },
  minutes: 5,
  of: [3, 3],
  missing: "notBreaching",
});

type AnyFunction = $util.Output<sst.aws.Function>;

/** How often functions logged a signal: a metric of our own, at $0.30 a month while there is something to count. */
function counted(name: string, signal: string, by: Record<string, AnyFunction>): Metric {
  const namespace = `${$app.name}/${$app.stage}`;
  for (const [who, fn] of Object.entries(sizes.watched ? by : {})) {
    new aws.cloudwatch.LogMetricFilter(`${name}${who}Filter`, {
      logGroupName: fn.apply(() => logOf(who).name),
      pattern: `{ $.signal = "${signal}" }`,
      metricTransformation: { namespace, name, value: "1", unit: "Count" },
    });
  }
  return { namespace, name, dimensions: {}, statistic: "Sum" };
}

export const videosFailed = counted("VideosFailed", SIGNALS.videoFailed, {
  RecordFailure: $output(steps.recordFailure),
  ReconcileHandler: reconcile.nodes.function,
});

createAlarm("VideosFailed", {
  says: "Videos fail through our fault, after every retry.",
  metric: videosFailed,
  // The source is not at fault, and four tries did not help. One may be an odd file; three at once are the system.
  when: { atLeast: 3 },
  minutes: 15,
  of: [1, 1],
  missing: "notBreaching",
});

export const stuck = counted("Stuck", SIGNALS.notReconciled, { ReconcileHandler: reconcile.nodes.function });

createAlarm("ReconcileStuck", {
  says: "A video that is stuck cannot be put right by the reconciler.",
  metric: stuck,
  // It looks every five minutes: the same case three times in a row.
  when: { atLeast: 3 },
  minutes: 15,
  of: [1, 1],
  missing: "notBreaching",
});
