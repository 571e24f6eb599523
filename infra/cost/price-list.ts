import { listed, MILLION, type Price, remembered } from "../../packages/core/src/price/price.ts";
import { WORK_PRICES } from "../../packages/core/src/price/work-prices.ts";

export { REGIONS, type Price, type Region } from "../../packages/core/src/price/price.ts";

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
  efsBackupGb: listed("GB", [0.06, 0.05], "backup", "WarmStorage-ByteHrs-EFS"),
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

/** Every price: of what a stage is made of, and of what work is paid by. */
export const PRICES = {
  ...WORK_PRICES,
  ...NETWORK,
  ...DATA,
  ...SERVERS,
  ...EDGE,
  ...SECURITY,
  ...OPERATIONS,
} satisfies Record<string, Price>;
