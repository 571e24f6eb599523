import type { Icon } from "./picture.ts";

/** How a type of resource is drawn. What it is connected to is never here: that is in the graph. */
export interface Hint {
  readonly icon: Icon;
  readonly service: string;
  readonly column: number;
  readonly rank: number;
}

export const OUTSIDE = { column: 0 } as const;

/** Types that are boxes of their own. */
export const HINTS: Readonly<Record<string, Hint>> = {
  "aws:cloudfront/distribution:Distribution": { icon: "edge", service: "CloudFront", column: 1, rank: 1 },
  "aws:sns/topic:Topic": { icon: "topic", service: "SNS topic", column: 1, rank: 2 },
  "aws:apigateway/restApi:RestApi": { icon: "api", service: "API Gateway", column: 2, rank: 0 },
  "aws:s3/bucketV2:BucketV2": { icon: "bucket", service: "S3 bucket", column: 2, rank: 1 },
  "aws:sfn/stateMachine:StateMachine": { icon: "workflow", service: "Step Functions", column: 2, rank: 3 },
  "aws:cloudwatch/eventRule:EventRule": { icon: "clock", service: "EventBridge", column: 2, rank: 4 },
  "aws:lambda/function:Function": { icon: "function", service: "Lambda", column: 3, rank: 0 },
  "aws:ecs/taskDefinition:TaskDefinition": { icon: "container", service: "Fargate", column: 3, rank: 1 },
  "aws:ec2/natGateway:NatGateway": { icon: "nat", service: "NAT gateway", column: 4, rank: 0 },
  "aws:rds/instance:Instance": { icon: "database", service: "RDS", column: 4, rank: 1 },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    icon: "cache",
    service: "ElastiCache",
    column: 4,
    rank: 2,
  },
  "aws:efs/fileSystem:FileSystem": { icon: "files", service: "EFS", column: 4, rank: 3 },
};

/** Types that are counted in words below the picture: important, and in nobody's way. */
export const COUNTED: Readonly<Record<string, readonly [one: string, many: string]>> = {
  "aws:wafv2/webAcl:WebAcl": ["web ACL", "web ACLs"],
  "aws:kms/key:Key": ["KMS key", "KMS keys"],
  "aws:secretsmanager/secret:Secret": ["secret", "secrets"],
  "aws:sqs/queue:Queue": ["queue", "queues"],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ["alarm", "alarms"],
  "aws:cloudwatch/dashboard:Dashboard": ["dashboard", "dashboards"],
  "aws:cloudwatch/logGroup:LogGroup": ["log group", "log groups"],
  "aws:ec2/flowLog:FlowLog": ["flow log", "flow logs"],
  "aws:backup/plan:Plan": ["backup plan", "backup plans"],
  "aws:budgets/budget:Budget": ["budget", "budgets"],
  "aws:acm/certificate:Certificate": ["certificate", "certificates"],
};
