import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { SCHEMA, SCHEMA_VERSION } from "./schema.ts";

/** Rows in and out of one SQLite file. Everything is synchronous: when a function has returned, a killed process leaves its step. */
export interface Database {
  run(sql: string, ...values: SQLInputValue[]): number | bigint;
  get(sql: string, ...values: SQLInputValue[]): unknown;
  all(sql: string, ...values: SQLInputValue[]): unknown[];
  /** All of it or nothing. One inside another belongs to the outer one. */
  transaction<Result>(work: () => Result): Result;
  close(): void;
}

/**
 * Opens the file `states.db` in a folder, creating both. Only one process at a time can hold it; the lock ends with the
 * process, however that ends.
 */
export function openDatabase(folder: string): Database {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "states.db");
  const db = new DatabaseSync(file);
  try {
    // A write-ahead log keeps what is committed when the process is killed. Only a power cut can take the last moments, and
    // never the file's consistency; waiting for the disk at each step would stop this process for a millisecond each time.
    db.exec("pragma locking_mode = exclusive; pragma journal_mode = wal; pragma synchronous = normal");
    db.exec(SCHEMA);
  } catch (error) {
    db.close();
    throw new Error(`Cannot open ${file}. Another process may be using the same folder: stop it first.`, {
      cause: error,
    });
  }
  checkVersion(db, file);
  return withStatements(db);
}

/** A file without a version is new. */
function checkVersion(db: DatabaseSync, file: string): void {
  const row = db.prepare("pragma user_version").get() as { user_version: number };
  if (row.user_version === 0) db.exec(`pragma user_version = ${SCHEMA_VERSION}`);
  if (row.user_version === 0 || row.user_version === SCHEMA_VERSION) return;
  db.close();
  throw new Error(`${file} was written by another version of this program. Delete it to begin anew.`);
}

function withStatements(db: DatabaseSync): Database {
  const statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();
  const statement = (sql: string) => {
    const known = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, known);
    return known;
  };
  return {
    run: (sql, ...values) => statement(sql).run(...values).lastInsertRowid,
    get: (sql, ...values) => statement(sql).get(...values),
    all: (sql, ...values) => statement(sql).all(...values),
    transaction: (work) => (db.isTransaction ? work() : transaction(db, work)),
    close: () => {
      db.close();
    },
  };
}

function transaction<Result>(db: DatabaseSync, work: () => Result): Result {
  db.exec("begin immediate");
  try {
    const result = work();
    db.exec("commit");
    return result;
  } catch (error) {
    db.exec("rollback");
    throw error;
  }
}
