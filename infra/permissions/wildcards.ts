/**
 * What roles may do to any resource at all, because AWS lets nobody say to which: a trace, a network interface and a log
 * delivery have no name before they are there. Nothing else in a role's policy stands on `*`; permissions.test.ts reads
 * AWS's own list of actions to see that it must, or that the reason here says why it does nevertheless.
 */
export const WILDCARDS = {
  traces: {
    actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    reason: "X-Ray has no resource that a segment belongs to.",
  },
  segments: {
    actions: ["xray:PutTraceSegments"],
    reason: "As above, for a task, which writes its segments itself.",
  },
  sampling: {
    actions: ["xray:GetSamplingRules", "xray:GetSamplingTargets"],
    reason: "Step Functions asks for the account's sampling rules, all of them at once.",
  },
  interfaces: {
    actions: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"],
    reason: "EC2 describes all or nothing.",
  },
  logDelivery: {
    actions: [
      "logs:CreateLogDelivery",
      "logs:GetLogDelivery",
      "logs:UpdateLogDelivery",
      "logs:DeleteLogDelivery",
      "logs:ListLogDeliveries",
      "logs:PutResourcePolicy",
      "logs:DescribeResourcePolicies",
      "logs:DescribeLogGroups",
    ],
    reason: "Step Functions sets up the delivery of its logs; deliveries and their policies have no ARN.",
  },
  registry: {
    actions: ["ecr:GetAuthorizationToken"],
    reason: "A token is for a whole registry.",
  },
} as const;

/** Policies that AWS writes, and changes as it likes, with why a role has one nevertheless. */
export const MANAGED_POLICIES: Readonly<Record<string, string>> = {
  "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs":
    "The role is the account's, for the logs of every API in the region, ours or not; SST makes it where there is none.",
  ...Object.fromEntries(
    ["service-role/AWSBackupServiceRolePolicyForBackup", "service-role/AWSBackupServiceRolePolicyForRestores"]
      .concat("AWSBackupServiceRolePolicyForS3Backup", "AWSBackupServiceRolePolicyForS3Restore")
      .map((name) => [
        `arn:aws:iam::aws:policy/${name}`,
        "What AWS Backup has to be allowed grows with what it supports.",
      ]),
  ),
};

/**
 * Services that do not say for which account they take on a role, so that a condition on it would refuse them: API Gateway
 * (https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/pull/479).
 */
export const SILENT_SERVICES: readonly string[] = ["apigateway.amazonaws.com"];

/** A statement of SST's `permissions` for one of these. */
export function anywhere(name: keyof typeof WILDCARDS) {
  return { actions: [...WILDCARDS[name].actions], resources: ["*"] };
}
