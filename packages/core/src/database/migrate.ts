import { readMigrationFiles } from "drizzle-orm/migrator";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { connections } from "./client.ts";
import type { Connection } from "./connection.ts";
import { persist, withPatience } from "./patience.ts";
import type { Pool } from "./pool.ts";

/** How long a new or restarting database may take to answer. */
const PATIENCE_SECONDS = 60;
/** How long the statements may take: an index over a large table is no matter of seconds. */
const MIGRATION_MS = 240_000;
/** Any number, as long as nothing else in this database uses it. */
const LOCK = 7_468_129;

const Journal = z.object({ entries: z.array(z.object({ tag: z.string(), when: z.int() })) });

/**
 * Applies the migrations of a folder that are not applied yet, in one transaction; a concurrent call waits its turn.
 * Gives the names of those it applied. The database is the linked one, or the one that `pool` leads to.
 */
export async function migrate(folder: string, pool: Pool = connections()): Promise<string[]> {
  const migrations = await readMigrations(folder);
  return withPatience(PATIENCE_SECONDS, () =>
    persist(() => pool.lend("exclusive", MIGRATION_MS, (connection) => applyPending(connection, migrations))),
  );
}

interface Migration {
  readonly name: string;
  readonly createdAtMs: number;
  readonly hash: string;
  readonly statements: readonly string[];
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const journal = Journal.parse(JSON.parse(await readFile(join(folder, "meta", "_journal.json"), "utf8")));
  const files = readMigrationFiles({ migrationsFolder: folder });
  return journal.entries.flatMap(({ tag, when }) => {
    const file = files.find(({ folderMillis }) => folderMillis === when);
    return file ? [{ name: tag, createdAtMs: when, hash: file.hash, statements: file.sql }] : [];
  });
}

async function applyPending(connection: Connection, migrations: readonly Migration[]): Promise<string[]> {
  await connection.command("begin");
  try {
    await prepare(connection);
    const newest = await newestApplied(connection);
    const pending = migrations.filter(({ createdAtMs }) => createdAtMs > newest);
    for (const migration of pending) await apply(connection, migration);
    await connection.command("commit");
    return pending.map(({ name }) => name);
  } catch (error) {
    if (!connection.isLost()) await connection.command("rollback");
    throw error;
  }
}

/** The table is drizzle-kit's, so that its own tools agree about what is applied. */
async function prepare(connection: Connection): Promise<void> {
  await connection.command(`
    set local statement_timeout = 0;
    select pg_advisory_xact_lock(${LOCK});
    create schema if not exists drizzle;
    create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)
  `);
}

async function newestApplied(connection: Connection): Promise<number> {
  const [row] = await connection.query(
    "select coalesce(max(created_at), 0)::text from drizzle.__drizzle_migrations",
    [],
    "arrays",
  );
  return Number((row as string[] | undefined)?.[0] ?? 0);
}

async function apply(
  connection: Connection,
  { name, statements, hash, createdAtMs }: Migration,
): Promise<void> {
  try {
    for (const statement of statements) await connection.command(statement);
  } catch (cause) {
    throw new Error(`Migration ${name} failed; nothing of it was kept.`, { cause });
  }
  await connection.query(
    "insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)",
    [hash, createdAtMs],
    "objects",
  );
}
