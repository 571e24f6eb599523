/// <reference path="../.sst/platform/config.d.ts" />
import { lookupSecret } from "./database";
import { localServices } from "./local-services";
import { groups, subnets } from "./network";
import { logDays, sizes } from "./stage";

/** Redis 7.1 without cluster mode: the data is a cache and live progress, a few MB, and multi-key commands stay possible. */
export const cache = new sst.aws.Redis("Cache", {
  engine: "redis",
  version: "7.1",
  instance: sizes.cache.instance,
  cluster: false,
  vpc: { subnets: subnets.isolated, securityGroups: [groups.cache.id] },
  dev: localServices.cache,
  transform: {
    cluster: (args) => {
      Object.assign(args, {
        numCacheClusters: sizes.cache.nodes,
        automaticFailoverEnabled: sizes.cache.nodes > 1,
        multiAzEnabled: sizes.cache.nodes > 1,
        snapshotRetentionLimit: sizes.cache.snapshotDays,
        autoMinorVersionUpgrade: true,
        logDeliveryConfigurations: ["slow-log", "engine-log"].map(deliverLog),
      } satisfies Partial<aws.elasticache.ReplicationGroupArgs>);
      return undefined;
    },
  },
});

/** The auth token, as SST stores it: `{ "authToken" }`. In `sst dev` it is empty: the local Redis asks for none. */
const secretArn = $dev
  ? createDevSecret()
  : lookupSecret(
      cache.nodes.cluster.apply((cluster) => cluster.tags),
      "sst:ref:secret",
    );

sst.Linkable.wrap(sst.aws.Redis, (redis: sst.aws.Redis) => ({
  properties: { host: redis.host, port: redis.port, secretArn, tls: !$dev },
  include: [sst.aws.permission({ actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] })],
}));

function deliverLog(logType: string) {
  const group = new aws.cloudwatch.LogGroup(`CacheLog${logType.replace("-", "")}`, {
    // Services may write below this prefix without a policy of the account's for each group.
    name: `/aws/vendedlogs/elasticache/${$app.name}-${$app.stage}/${logType}`,
    retentionInDays: logDays,
  });
  return { destination: group.name, destinationType: "cloudwatch-logs", logFormat: "json", logType };
}

function createDevSecret() {
  const secret = new aws.secretsmanager.Secret("DevCacheSecret", { recoveryWindowInDays: 0 });
  new aws.secretsmanager.SecretVersion("DevCacheSecretVersion", {
    secretId: secret.id,
    secretString: JSON.stringify({ authToken: "" }),
  });
  return secret.arn;
}
