/** The regions that prices are known for. */
export const REGIONS = ["ap-northeast-1", "us-east-1"] as const;
export type Region = (typeof REGIONS)[number];

/** A list price: first tier, on demand, without free tiers, discounts and tax. */
export interface Price {
  /** What one of it is: `hour`, `GB`, `request`. */
  readonly unit: string;
  /** US dollars for `per` units, as AWS prints them. */
  readonly usd: Readonly<Record<Region, number>>;
  readonly per: number;
  /** AWS's page, and what the same figure is called in AWS's Price List; regions put a prefix before it (`APN1-`). */
  readonly source: string;
  readonly usageType: string;
  /** The day the figure was compared with what AWS publishes, or written down from memory. */
  readonly on: string;
  readonly evidence: Evidence;
}

type Evidence = "confirmed" | "from memory";

/** AWS's pages draw their tables by script; the figures are those of the Price List behind them. */
const page = (service: string) => `https://aws.amazon.com/${service}/pricing/`;

/**
 * Confirmed: equal to the figures of AWS's Price List of this day, as dated public copies quote them: the price books of
 * github.com/O6lvl4/archgopher (catalog/aws, compared with the Price List by machine) and cost estimates that name usage types.
 */
const CONFIRMED_ON = "2026-09-25";
const REMEMBERED_ON = "2026-11-27";

type Usd = readonly [tokyo: number, virginia: number];

const priced =
  (evidence: Evidence) =>
  (unit: string, [tokyo, virginia]: Usd, service: string, usageType: string, per = 1): Price => ({
    unit,
    per,
    usd: { "ap-northeast-1": tokyo, "us-east-1": virginia },
    source: page(service),
    usageType,
    on: evidence === "confirmed" ? CONFIRMED_ON : REMEMBERED_ON,
    evidence,
  });

const listed = priced("confirmed");
const remembered = priced("from memory");

const MILLION = 1_000_000;

const NETWORK = {
  natHour: listed("hour", [0.062, 0.045], "vpc", "NatGateway-Hours"),
  natGb: listed("GB", [0.062, 0.045], "vpc", "NatGateway-Bytes"),
  endpointHour: listed("zone-hour", [0.014, 0.01], "privatelink", "VpcEndpoint-Hours"),
  endpointGb: listed("GB", [0.01, 0.01], "privatelink", "VpcEndpoint-Bytes"),
  publicIpv4Hour: listed("hour", [0.005, 0.005], "vpc", "PublicIPv4:InUseAddress"),
  hostedZone: listed("zone", [0.5, 0.5], "route53", "HostedZone"),
};

const DATA = {
  "postgres.gp3.single": listed("GB", [0.138, 0.115], "rds/postgresql", "RDS:GP3-Storage"),
  "postgres.gp3.multi": listed("GB", [0.276, 0.23], "rds/postgresql", "RDS:Multi-AZ-GP3-Storage"),
  rdsBackupGb: listed("GB", [0.095, 0.095], "rds/postgresql", "RDS:ChargedBackupUsage"),
  cacheBackupGb: remembered("GB", [0.085, 0.085], "elasticache", "BackupUsage"),
  efsGb: listed("GB", [0.36, 0.3], "efs", "TimedStorage-ByteHrs"),
  efsReadGb: listed("GB", [0.04, 0.03], "efs", "ETDataAccess-Bytes (Read)"),
  efsWriteGb: listed("GB", [0.07, 0.06], "efs", "ETDataAccess-Bytes (Write)"),
  efsBackupGb: listed("GB", [0.06, 0.05], "backup", "WarmStorage-ByteHrs-EFS"),
  s3Gb: listed("GB", [0.025, 0.023], "s3", "TimedStorage-ByteHrs"),
  s3Put: listed("request", [0.0047, 0.005], "s3", "Requests-Tier1", 1000),
  s3Get: listed("request", [0.00037, 0.0004], "s3", "Requests-Tier2", 1000),
  ecrGb: listed("GB", [0.1, 0.1], "ecr", "TimedStorage-ByteHrs"),
};

/** By engine and class; Multi-AZ is a price of its own, not always twice the other. */
const SERVERS = {
  "postgres.db.t4g.micro.single": listed(
    "hour",
    [0.025, 0.016],
    "rds/postgresql",
    "InstanceUsage:db.t4g.micro",
  ),
  "postgres.db.t4g.micro.multi": listed(
    "hour",
    [0.05, 0.032],
    "rds/postgresql",
    "Multi-AZUsage:db.t4g.micro",
  ),
  "postgres.db.t4g.small.single": remembered(
    "hour",
    [0.051, 0.032],
    "rds/postgresql",
    "InstanceUsage:db.t4g.small",
  ),
  "postgres.db.t4g.small.multi": listed(
    "hour",
    [0.101, 0.065],
    "rds/postgresql",
    "Multi-AZUsage:db.t4g.small",
  ),
  "postgres.db.t4g.medium.single": remembered(
    "hour",
    [0.101, 0.065],
    "rds/postgresql",
    "InstanceUsage:db.t4g.medium",
  ),
  "postgres.db.t4g.medium.multi": listed(
    "hour",
    [0.202, 0.129],
    "rds/postgresql",
    "Multi-AZUsage:db.t4g.medium",
  ),
  "postgres.db.t4g.large.multi": listed(
    "hour",
    [0.403, 0.258],
    "rds/postgresql",
    "Multi-AZUsage:db.t4g.large",
  ),
  "redis.cache.t4g.micro": listed("hour", [0.025, 0.016], "elasticache", "NodeUsage:cache.t4g.micro"),
  "redis.cache.t4g.small": listed("hour", [0.049, 0.032], "elasticache", "NodeUsage:cache.t4g.small"),
  "redis.cache.t4g.medium": listed("hour", [0.098, 0.065], "elasticache", "NodeUsage:cache.t4g.medium"),
};

const COMPUTE = {
  "fargate.ARM64.vcpuHour": listed(
    "vCPU-hour",
    [0.04045, 0.03238],
    "fargate",
    "Fargate-ARM-vCPU-Hours:perCPU",
  ),
  "fargate.ARM64.gbHour": listed("GB-hour", [0.00442, 0.00356], "fargate", "Fargate-ARM-GB-Hours"),
  "fargate.X86_64.vcpuHour": listed("vCPU-hour", [0.05056, 0.04048], "fargate", "Fargate-vCPU-Hours:perCPU"),
  "fargate.X86_64.gbHour": listed("GB-hour", [0.00553, 0.004445], "fargate", "Fargate-GB-Hours"),
  fargateDiskGbHour: listed("GB-hour", [0.000133, 0.000111], "fargate", "Fargate-EphemeralStorage-GB-Hours"),
  "lambda.arm64.gbSecond": listed(
    "GB-second",
    [0.0000133334, 0.0000133334],
    "lambda",
    "Lambda-GB-Second-ARM",
  ),
  "lambda.x86_64.gbSecond": listed("GB-second", [0.0000166667, 0.0000166667], "lambda", "Lambda-GB-Second"),
  lambdaRequest: listed("request", [0.2, 0.2], "lambda", "Request", MILLION),
  stateTransition: listed("transition", [0.025, 0.025], "step-functions", "StateTransition", 1000),
};

const EDGE = {
  apiRequest: listed("request", [4.25, 3.5], "api-gateway", "ApiGatewayRequest", MILLION),
  snsPublish: listed("message", [0.5, 0.5], "sns", "Requests-Tier1", MILLION),
  // By where the viewers are: Japan with Tokyo, the United States with Virginia.
  cloudfrontGb: listed("GB", [0.114, 0.085], "cloudfront", "DataTransfer-Out-Bytes"),
  cloudfrontRequest: remembered("request", [0.012, 0.01], "cloudfront", "Requests-Tier2-HTTPS", 10_000),
  cloudfrontFunction: remembered(
    "invocation",
    [0.1, 0.1],
    "cloudfront",
    "Executions-CloudFrontFunctions",
    MILLION,
  ),
  keyValueRead: remembered("read", [0.03, 0.03], "cloudfront", "KeyValueStore-Reads", MILLION),
};

const SECURITY = {
  kmsKey: listed("key", [1, 1], "kms", "KMS-Keys"),
  secret: listed("secret", [0.4, 0.4], "secrets-manager", "AWSSecretsManager-Secrets"),
  secretCall: listed("call", [0.05, 0.05], "secrets-manager", "AWSSecretsManagerAPIRequest", 10_000),
  wafAcl: listed("ACL", [5, 5], "waf", "WebACLV2"),
  wafRule: listed("rule", [1, 1], "waf", "RuleV2"),
  wafRequest: listed("request", [0.6, 0.6], "waf", "RequestV2-Tier1", MILLION),
};

const OPERATIONS = {
  alarm: listed("metric", [0.1, 0.1], "cloudwatch", "CW:AlarmMonitorUsage"),
  fastAlarm: listed("metric", [0.3, 0.3], "cloudwatch", "CW:HighResAlarmMonitorUsage"),
  compositeAlarm: listed("alarm", [0.5, 0.5], "cloudwatch", "CW:CompositeAlarmMonitorUsage"),
  dashboard: listed("dashboard", [3, 3], "cloudwatch", "DashboardsUsageHour"),
  metric: listed("metric", [0.3, 0.3], "cloudwatch", "CW:MetricMonitorUsage"),
  logGb: listed("GB", [0.76, 0.5], "cloudwatch", "DataProcessing-Bytes"),
  logStorageGb: listed("GB", [0.033, 0.03], "cloudwatch", "TimedStorage-ByteHrs"),
  vendedLogGb: remembered("GB", [0.76, 0.5], "cloudwatch", "VendedLog-Bytes"),
  trace: listed("trace", [5, 5], "xray", "XRay-TracesStored", MILLION),
};

export const PRICES = {
  ...NETWORK,
  ...DATA,
  ...SERVERS,
  ...COMPUTE,
  ...EDGE,
  ...SECURITY,
  ...OPERATIONS,
} satisfies Record<string, Price>;
