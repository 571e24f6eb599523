import type { TestProject } from "vitest/node";
import { CACHE_SECRET, DATABASE_SECRET, databaseCredentials } from "./links.ts";
import { startPostgres } from "./postgres.ts";
import { startRedis } from "./redis.ts";
import { startSecrets } from "./secrets.ts";

declare module "vitest" {
  export interface ProvidedContext {
    readonly postgres: { readonly host: string; readonly port: number };
    readonly redis: { readonly host: string; readonly port: number };
    readonly secretsUrl: string;
  }
}

/** One PostgreSQL, one Redis and one Secrets Manager for all test files of a run; each file has its own database. */
export default async function setup(project: TestProject) {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const secrets = await startSecrets(
    new Map<string, object>([
      [DATABASE_SECRET, databaseCredentials(postgres)],
      [CACHE_SECRET, { authToken: redis.password }],
    ]),
  );
  project.provide("postgres", { host: postgres.host, port: postgres.port });
  project.provide("redis", { host: redis.host, port: redis.port });
  project.provide("secretsUrl", secrets.url);
  return async () => {
    await Promise.all([postgres.dispose(), redis.dispose(), secrets.close()]);
  };
}
