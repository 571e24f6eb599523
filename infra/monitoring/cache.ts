/// <reference path="../../.sst/platform/config.d.ts" />
import { createAlarm, type Metric } from "../alarm";
import { cache } from "../cache";
import { sizes } from "../stage";

/** The names of the group's nodes, as CloudWatch knows them. Which of them is the primary changes with a failover. */
export const nodes = Array.from({ length: sizes.cache.nodes }, (_, index) =>
  cache.nodes.cluster.memberClusters.apply((names) => [...names].sort()[index] ?? ""),
);

export const redis = (
  node: $util.Input<string>,
  name: string,
  statistic: Metric["statistic"] = "Average",
): Metric => ({
  namespace: "AWS/ElastiCache",
  name,
  dimensions: { CacheClusterId: node },
  statistic,
});

for (const [index, node] of nodes.entries()) {
  const number = index + 1;

  createAlarm(`CacheCpu${number}`, {
    says: "Redis is at the end of the one core that it runs on.",
    runbook: "CacheCpu",
    // Redis runs commands on one thread. The machine's own CPU would say 50 % of two cores when that thread is at its end.
    metric: redis(node, "EngineCPUUtilization"),
    when: { atLeast: 80 },
    minutes: 5,
    of: [3, 3],
    missing: "breaching",
  });

  createAlarm(`CacheMemory${number}`, {
    says: "Redis is nearly full.",
    runbook: "CacheMemory",
    // Every entry expires within a minute, every progress within a day: a few MB of 1.4 GB (cache.t4g.small). Something
    // writes what it should not long before 80 %; above that, Redis begins to throw entries away.
    metric: redis(node, "DatabaseMemoryUsagePercentage"),
    when: { atLeast: 80 },
    minutes: 5,
    of: [3, 3],
    missing: "breaching",
  });

  createAlarm(`CacheEvictions${number}`, {
    says: "Redis throws away entries before their time.",
    runbook: "CacheEvictions",
    // None is normal here, for the same reason.
    metric: redis(node, "Evictions", "Sum"),
    when: { atLeast: 1 },
    minutes: 5,
    of: [3, 3],
    missing: "notBreaching",
  });
}
