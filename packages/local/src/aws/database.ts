import { DatabaseSync, type SQLInputValue } from "node:sqlite";

/** A prepared statement whose rows have this shape. */
export interface Query<Row> {
  all(...parameters: SQLInputValue[]): Row[];
  get(...parameters: SQLInputValue[]): Row | undefined;
  /** Rows as they are asked for, without reading the rest. */
  iterate(...parameters: SQLInputValue[]): IterableIterator<Row>;
  /** Returns how many rows changed. */
  run(...parameters: SQLInputValue[]): number;
}

/** A SQLite file of one stand-in. Everything is synchronous, so a transaction is never interleaved with another. */
export interface Database {
  /** A prepared statement, made once for each text. The caller names what its rows hold. */
  query<Row extends object>(sql: string): Query<Row>;
  /** All of it, or nothing. Transactions do not nest. */
  transaction<Result>(run: () => Result): Result;
  close(): void;
}

/**
 * Opens a database file and creates its tables (`CREATE … IF NOT EXISTS`). A write survives the end of the process at any
 * moment; the last ones may be lost with the machine's power, never the file's consistency.
 */
export function openDatabase(path: string, schema: string): Database {
  const database = new DatabaseSync(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;");
  database.exec(schema);
  const prepared = new Map<string, Query<object>>();
  const prepare = (sql: string): Query<object> => {
    const statement = database.prepare(sql);
    return {
      all: (...parameters) => statement.all(...parameters),
      get: (...parameters) => statement.get(...parameters),
      iterate: (...parameters) => statement.iterate(...parameters),
      run: (...parameters) => Number(statement.run(...parameters).changes),
    };
  };
  return {
    query<Row extends object>(sql: string) {
      const query = prepared.get(sql) ?? prepare(sql);
      prepared.set(sql, query);
      return query as Query<Row>;
    },
    transaction: (run) => transact(database, run),
    close: () => {
      database.close();
    },
  };
}

function transact<Result>(database: DatabaseSync, run: () => Result): Result {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = run();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}
