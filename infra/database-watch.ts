/// <reference path="../.sst/platform/config.d.ts" />
import { trustOf } from "./service-role";
import { logDays, sizes } from "./stage";

/**
 * The instance's name. Its ending is the VPC's, so a stage that is made anew meets neither the instance, the snapshot nor
 * the logs that its predecessor left; and one that would replace its own instance by mistake is refused, as the name is taken.
 */
export function nameInstance(vpcId: $util.Output<string>): $util.Output<string> {
  const prefix = `${$app.name}-${$app.stage}`.slice(0, 40);
  return vpcId.apply((id) => `${prefix}-database-${id.slice(-8)}`.toLowerCase().replaceAll(/-+/g, "-"));
}

/** The groups that RDS exports its logs to. Made by RDS itself they would keep everything for ever. */
export function createDatabaseLogs(instance: $util.Output<string>, logs: readonly string[]) {
  return logs.map(
    (log) =>
      new aws.cloudwatch.LogGroup(`DatabaseLog${log}`, {
        name: $interpolate`/aws/rds/instance/${instance}/${log}`,
        retentionInDays: logDays,
      }),
  );
}

/** The operating system's metrics: memory, swap and disk queues, which CloudWatch does not see from outside. */
export function createMonitoring(): Partial<aws.rds.InstanceArgs> {
  const monitoringInterval = sizes.database.monitoringInterval;
  if (monitoringInterval === 0) return { monitoringInterval };
  const { accountId } = aws.getCallerIdentityOutput();
  const region = aws.getRegionOutput().name;
  const { partition } = aws.getPartitionOutput();
  // The one group of all instances of an account and region: RDS makes it, and keeps it for 30 days.
  const group = $interpolate`arn:${partition}:logs:${region}:${accountId}:log-group:RDSOSMetrics`;
  const role = new aws.iam.Role("DatabaseMonitoringRole", {
    assumeRolePolicy: trustOf("monitoring.rds.amazonaws.com", "rds", "db:*"),
    inlinePolicies: [{ name: "WriteMetrics", policy: writeLog(group) }],
  });
  return { monitoringInterval, monitoringRoleArn: role.arn };
}

/** What AWS's own AmazonRDSEnhancedMonitoringRole allows, on this one group. */
function writeLog(group: $util.Output<string>) {
  return $jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], Resource: group },
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams", "logs:GetLogEvents"],
        Resource: $interpolate`${group}:log-stream:*`,
      },
    ],
  });
}
