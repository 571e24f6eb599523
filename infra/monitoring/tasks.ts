/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm, type Metric } from "../alarm";
import { cluster } from "../compute";
import { logDays, sizes } from "../stage";

const clusterName = cluster.nodes.cluster.name;

/**
 * ECS has no metric for tasks that end badly, and Step Functions counts its calls of `ecs:runTask.sync` for the whole
 * account, not for one stage. So the events of this cluster's tasks go to a log, where an operator also reads why a task
 * stopped (ECS itself forgets that after an hour), and what matters in them is counted: tasks that nobody asked to stop,
 * and whose container did not exit with 0, or never started.
 *
 * Only where everything is watched: a Region allows ten policies that let services write logs, and this takes one.
 */
export const taskFailures: Metric = {
  namespace: `${$app.name}/${$app.stage}`,
  name: "TaskFailures",
  dimensions: {},
  statistic: "Sum",
};

if (sizes.watched) countTaskFailures();

createAlarm("TaskFailures", {
  says: "Tasks of the worker fail.",
  metric: taskFailures,
  // One video whose every try fails is four: the first and three retries. Five in a quarter of an hour are two videos.
  when: { atLeast: 5 },
  minutes: 15,
  of: [1, 1],
  missing: "notBreaching",
});

// ECS would make this group by itself when the first task runs, and keep what is in it for ever.
new aws.cloudwatch.LogGroup("ContainerInsightsLogGroup", {
  name: $interpolate`/aws/ecs/containerinsights/${clusterName}/performance`,
  retentionInDays: logDays,
});

function countTaskFailures() {
  const group = new aws.cloudwatch.LogGroup("TaskEventsLogGroup", {
    // Only groups below this prefix can be the target of a rule that the console shows.
    name: `/aws/events/${$app.name}-${$app.stage}-tasks`,
    retentionInDays: logDays,
  });
  const rule = new aws.cloudwatch.EventRule("TaskEventsRule", {
    name: `${$app.name}-${$app.stage}-task-events`,
    description: "Tasks that have stopped, for the log that counts the failed ones.",
    eventPattern: $jsonStringify({
      source: ["aws.ecs"],
      "detail-type": ["ECS Task State Change"],
      detail: { clusterArn: [cluster.nodes.cluster.arn], lastStatus: ["STOPPED"] },
    }),
  });
  new aws.cloudwatch.EventTarget(
    "TaskEventsTarget",
    { rule: rule.name, arn: group.arn },
    { dependsOn: allow(rule, group) },
  );
  const [{ namespace, name }, exitCode] = [taskFailures, "$.detail.containers[0].exitCode"];
  new aws.cloudwatch.LogMetricFilter("TaskFailuresFilter", {
    logGroupName: group.name,
    pattern: `{ ($.detail.stopCode != "UserInitiated") && ((${exitCode} != 0) || (${exitCode} NOT EXISTS)) }`,
    metricTransformation: { namespace, name, value: "1", unit: "Count" },
  });
}

/** EventBridge writes as a service, not by a role: what it may is a policy of the logs. */
function allow(rule: aws.cloudwatch.EventRule, group: aws.cloudwatch.LogGroup) {
  const statement = {
    Effect: "Allow",
    Principal: { Service: ["events.amazonaws.com", "delivery.logs.amazonaws.com"] },
  };
  return new aws.cloudwatch.LogResourcePolicy("TaskEventsLogPolicy", {
    policyName: `${$app.name}-${$app.stage}-task-events`,
    policyDocument: $jsonStringify({
      Version: "2012-10-17",
      Statement: [
        { ...statement, Action: "logs:CreateLogStream", Resource: $interpolate`${group.arn}:*` },
        {
          ...statement,
          Action: "logs:PutLogEvents",
          Resource: $interpolate`${group.arn}:*:*`,
          Condition: { ArnEquals: { "aws:SourceArn": rule.arn } },
        },
      ],
    }),
  });
}
