/// <reference path="../.sst/platform/config.d.ts" />
import { trustOf } from "./service-role";
import { logDays, sizes } from "./stage";
import { vpc } from "./vpc";

const group = new aws.cloudwatch.LogGroup("FlowLogGroup", {
  name: `/${$app.name}/${$app.stage}/flow-log`,
  retentionInDays: logDays,
});

const role = new aws.iam.Role("FlowLogRole", {
  assumeRolePolicy: trustOf("vpc-flow-logs.amazonaws.com", "ec2", "vpc-flow-log/*"),
  inlinePolicies: [
    {
      name: "WriteLog",
      policy: $jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Action: [
              "logs:CreateLogStream",
              "logs:PutLogEvents",
              "logs:DescribeLogGroups",
              "logs:DescribeLogStreams",
            ],
            Resource: $interpolate`${group.arn}:*`,
          },
        ],
      }),
    },
  ],
});

/** Who talked to whom: what an investigation begins with, and the only trace of what a security group refused. */
new aws.ec2.FlowLog("FlowLog", {
  vpcId: vpc.id,
  trafficType: sizes.flowLog,
  logDestinationType: "cloud-watch-logs",
  logDestination: group.arn,
  iamRoleArn: role.arn,
  tags: { Name: `${$app.name}-${$app.stage}-FlowLog` },
});
