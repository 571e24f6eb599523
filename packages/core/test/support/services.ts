import { afterAll } from "vitest";
import { CACHE_SECRET, DATABASE_SECRET, databaseCredentials, links } from "./links.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { startSecrets } from "./secrets.ts";

/**
 * A PostgreSQL with all migrations and a Redis that belong to one test file alone, which may break them. Import this
 * before anything of the domain: the links to them are read when SST's module is.
 */
export const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);

export const secrets = new Map<string, object>([
  [DATABASE_SECRET, databaseCredentials(postgres)],
  [CACHE_SECRET, { authToken: redis.password }],
]);
const secretsServer = await startSecrets(secrets);
export const secretsUrl = secretsServer.url;
export const database = await postgres.createDatabase("videometadata");

// Several connections, so that what the tests do at once is at once for the database, too.
process.env.DATABASE_POOL_SIZE ??= "4";
Object.assign(process.env, links({ postgres, redis, database, secretsUrl }));

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
