import type { TestPostgres } from "./postgres.ts";
import type { TestRedis } from "./redis.ts";

export const DATABASE_SECRET = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:database";
export const CACHE_SECRET = "arn:aws:secretsmanager:eu-west-1:000000000000:secret:cache";
const STATE_MACHINE = "arn:aws:states:eu-west-1:000000000000:stateMachine:Workflow";

export const databaseCredentials = ({ username, password }: Pick<TestPostgres, "username" | "password">) => ({
  username,
  password,
});

/** The environment that `link` gives to a function. */
export function links(services: {
  readonly postgres: Pick<TestPostgres, "host" | "port">;
  readonly redis: Pick<TestRedis, "host" | "port">;
  readonly database: string;
  readonly secretsUrl: string;
}): Record<string, string> {
  const { postgres, redis, database, secretsUrl } = services;
  const resources = {
    App: { name: "telecine", stage: "test" },
    Database: { host: postgres.host, port: postgres.port, database, secretArn: DATABASE_SECRET, tls: false },
    Cache: { host: redis.host, port: redis.port, secretArn: CACHE_SECRET, tls: false },
    Media: { name: "media-bucket" },
    Workflow: { arn: STATE_MACHINE },
  };
  const linked = Object.entries(resources).map(([name, value]) => [
    `SST_RESOURCE_${name}`,
    JSON.stringify(value),
  ]);
  return {
    ...(Object.fromEntries(linked) as Record<string, string>),
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsUrl,
    PUBLIC_URL: "https://telecine.test",
    LOG_LEVEL: "silent",
  };
}
