import type { Database } from "../../../aws/database.ts";

/** The next of a row of numbers, which never repeats, not even after what had the last one is gone. */
export function nextNumber(database: Database, name: string): number {
  const sql = `INSERT INTO counter (name, value) VALUES (?, 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`;
  const row = database.query<{ value: number }>(sql).get(name);
  if (!row) throw new Error(`The counter "${name}" gave no number.`);
  return row.value;
}
