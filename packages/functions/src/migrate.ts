import { migrate } from "@telecine/core/database/migrate";
import { closeDatabase } from "@telecine/core/database/client";
import { log } from "@telecine/core/util/log";
import { resolve } from "node:path";

/** Brings the database's schema up to date. `MIGRATIONS_DIR` is the folder of migrations, beside the function's code. */
export async function handler(): Promise<{ applied: string[] }> {
  const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  const applied = await migrate(resolve(root, process.env.MIGRATIONS_DIR ?? "migrations"));
  log.info({ applied }, applied.length > 0 ? "Migrations applied" : "Nothing to migrate");
  await closeDatabase();
  return { applied };
}
