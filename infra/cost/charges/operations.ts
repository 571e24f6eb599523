import { IDLE } from "../assumptions.ts";
import { type Charge, type Charging, list, refuse } from "./charge.ts";
import { scheduleCharges } from "./schedule.ts";

/** Keys, firewalls, alarms, logs and schedules. */
export const OPERATIONS: Readonly<Record<string, Charging>> = {
  "aws:kms/key:Key": () => [{ group: "Keys and secrets", item: "KMS key", price: "kmsKey", units: 1 }],
  "aws:secretsmanager/secret:Secret": () => [
    { group: "Keys and secrets", item: "Secret", price: "secret", units: 1 },
  ],
  "aws:wafv2/webAcl:WebAcl": firewall,
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarm,
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": () => [
    { group: "Monitoring", item: "Composite alarm", price: "compositeAlarm", units: 1 },
  ],
  "aws:cloudwatch/dashboard:Dashboard": () => [
    { group: "Monitoring", item: "Dashboard", price: "dashboard", units: 1 },
  ],
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": () => [
    { group: "Monitoring", item: "Metric from logs", price: "metric", units: 1 },
  ],
  "aws:cloudwatch/logGroup:LogGroup": logs,
  "aws:cloudwatch/eventRule:EventRule": scheduleCharges,
  "aws:ecs/cluster:Cluster": insights,
  "aws:apigateway/stage:Stage": apiStage,
};

/** Managed groups of rules that cost more than a rule. */
const PREMIUM_RULES = /BotControl|ATPRuleSet|ACFPRuleSet|AntiDDoS/;

function firewall(...[{ name, inputs }]: Parameters<Charging>): Charge[] {
  const [premium] = PREMIUM_RULES.exec(JSON.stringify(inputs.rules ?? [])) ?? [];
  if (premium)
    throw new Error(
      `Web ACL "${name}" uses ${premium}, which has a price of its own: add it to infra/cost/charges/.`,
    );
  return [
    { group: "Firewall", item: "Web ACL", price: "wafAcl", units: 1 },
    { group: "Firewall", item: "Rule", price: "wafRule", units: list(inputs.rules).length },
  ];
}

/** By metric: an alarm on a formula has several. Below a minute it costs three times as much. */
function alarm(...[{ inputs }]: Parameters<Charging>): Charge[] {
  const queries = list(inputs.metricQueries) as { metric?: { period?: number } }[];
  const periods = queries.flatMap(({ metric }) => (metric ? [metric.period ?? 60] : []));
  const isFast = [Number(inputs.period ?? 60), ...periods].some((seconds) => seconds < 60);
  const units = Math.max(1, periods.length);
  return [{ group: "Monitoring", item: "Alarm", price: isFast ? "fastAlarm" : "alarm", units }];
}

const FOREVER_DAYS = 3650;

function logs(...[{ inputs }]: Parameters<Charging>): Charge[] {
  const { retentionInDays = 0 } = inputs as { retentionInDays?: number };
  const months = (retentionInDays || FOREVER_DAYS) / (365 / 12);
  const gb = IDLE.logGb.value;
  return [
    { group: "Logs", item: "Log group, written", price: "logGb", units: gb },
    {
      group: "Logs",
      item: "Log group, kept",
      price: "logStorageGb",
      units: gb * IDLE.logCompression.value * months,
    },
  ];
}

function insights(...[{ inputs }]: Parameters<Charging>): Charge[] {
  const settings = list(inputs.settings) as { name: string; value: string }[];
  const isOn = settings.some(({ name, value }) => name === "containerInsights" && value !== "disabled");
  if (!isOn) return [];
  return [
    { group: "Monitoring", item: "Container Insights", price: "metric", units: IDLE.insightMetrics.value },
  ];
}

/** Charged by request, unless it has a cache. */
function apiStage(...[stage]: Parameters<Charging>): Charge[] {
  refuse(stage, { cacheClusterEnabled: (value) => value === true });
  return [];
}
