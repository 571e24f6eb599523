import { afterAll } from "vitest";
import { CACHE_SECRET, DATABASE_SECRET, databaseCredentials, links } from "./links.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { startSecrets } from "./secrets.ts";

/** Runs before each test file that breaks its services: a PostgreSQL and a Redis that belong to the file alone. */
export const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);

export const secrets = new Map<string, object>([
  [DATABASE_SECRET, databaseCredentials(postgres)],
  [CACHE_SECRET, { authToken: redis.password }],
]);
const secretsServer = await startSecrets(secrets);
export const database = await postgres.createDatabase("videometadata");

Object.assign(process.env, links({ postgres, redis, database, secretsUrl: secretsServer.url }));

// Only now: the links are read when their module is.
const { migrate } = await import("../../src/database/migrate.ts");
const { closeDatabase } = await import("../../src/database/client.ts");
const { closeCache } = await import("../../src/cache/client.ts");
await migrate(new URL("../../migrations", import.meta.url).pathname);

afterAll(async () => {
  postgres.thaw();
  redis.thaw();
  await Promise.all([closeDatabase(), closeCache()]);
  await Promise.all([postgres.dispose(), redis.dispose(), secretsServer.close()]);
});
