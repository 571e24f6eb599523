import { resolve } from "node:path";
import { connect } from "@telecine/core/database/connection";
import { migrate } from "@telecine/core/database/migrate";
import { createPool } from "@telecine/core/database/pool";
import { Command } from "commander";
import { type DataServers, startDataServers } from "sst-local/runner/data-servers";
import { localServices } from "../infra/local-services.ts";
import { fail } from "./lib/fail.ts";
import { callerFolder, root } from "./lib/folders.ts";
import { whenAskedToStop } from "./lib/signals.ts";

interface Options {
  readonly data?: string;
  readonly json?: boolean;
}

const { database, cache } = localServices;

/** `npm run services`: the PostgreSQL and the Redis that `sst dev` works with. */
const program = new Command("npm run services --")
  .description(
    "Runs the PostgreSQL 16 and the Redis that `sst dev` links to, applies the migrations, and serves until Ctrl-C.",
  )
  .option(
    "--data <folder>",
    "where data and logs are kept (default: .local/services; delete it to start afresh)",
  )
  .option("--json", "print the addresses as one JSON line")
  .addHelpText(
    "after",
    "\nPorts: 5432 and 6379, or TELECINE_DATABASE_PORT and TELECINE_CACHE_PORT, which `sst dev` must be started with as well.",
  )
  .showHelpAfterError();

await main(program.parse().opts<Options>()).catch(fail);

async function main({ data, json = false }: Options): Promise<void> {
  const servers = await startDataServers({
    stateFolder: data === undefined ? `${root}/.local/services` : resolve(callerFolder, data),
    postgres: database,
    redis: cache,
    portAdvice:
      "Stop that program, or set TELECINE_DATABASE_PORT or TELECINE_CACHE_PORT to a free port, for `sst dev` as well.",
    onEntry: ({ level, message }) => {
      if (level !== "info") process.stderr.write(`${message}\n`);
    },
  });
  const stopped = whenAskedToStop(() => servers.stop());
  try {
    const applied = await migrateDatabase();
    process.stdout.write(
      json ? `${JSON.stringify({ ...localServices, applied })}\n` : ready(servers, applied),
    );
  } catch (error) {
    await servers.stop();
    throw error;
  }
  await stopped;
}

async function migrateDatabase(): Promise<string[]> {
  const pool = createPool({ size: 1, open: () => connect({ ...database, tls: false }) });
  try {
    return await migrate(`${root}/packages/core/migrations`, pool);
  } finally {
    await pool.close();
  }
}

function ready({ logFolder }: DataServers, applied: readonly string[]): string {
  const { username, password, host, port, database: name } = database;
  return [
    "",
    `  PostgreSQL  postgres://${username}:${password}@${host}:${port}/${name}   (${migrated(applied)})`,
    `  Redis       redis://${cache.host}:${cache.port}`,
    `  Logs        ${logFolder}`,
    "",
    "Serving until Ctrl-C.",
    "",
  ].join("\n");
}

function migrated(applied: readonly string[]): string {
  return applied.length === 0 ? "its schema is up to date" : `migrations applied: ${applied.join(", ")}`;
}
