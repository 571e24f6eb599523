import postgres from "postgres";

/**
 * One connection to PostgreSQL that is thrown away whole when it breaks.
 *
 * postgres.js 3.4.9 does not survive the loss of a connection that it means to use again: `sql.begin` sends its ROLLBACK
 * to a socket that is gone and kills the process with an error nobody can catch (porsager/postgres #1154, #1208); where
 * that is guarded, bytes left from the old connection make every reconnection time out, and statements of a dead
 * transaction can run in the next one (#1209, #1215, #1216). None of these paths is taken here: a client has one
 * connection, is never reconnected, never runs `begin` or `reserve`, and after a loss refuses statements itself.
 */
export interface Connection {
  /** Runs one prepared statement. Rows are objects, or arrays in the order of the columns. */
  query(text: string, parameters: readonly unknown[], shape: RowShape): Promise<Row[]>;
  /** Runs text without parameters and gives the tag of its last command, such as `COMMIT`. */
  command(text: string): Promise<string>;
  /** True once nothing can be asked any more. */
  isLost(): boolean;
  /** Waits for statements under way. */
  close(): Promise<void>;
  /** Rejects statements under way with `CONNECTION_DESTROYED`. */
  destroy(): void;
}

export type RowShape = "objects" | "arrays";
export type Row = Record<string, unknown> | unknown[];

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly tls: boolean;
  readonly username: string;
  readonly password: string;
}

const CONNECT_SECONDS = 5;
const STATEMENT_MS = 15_000;
/** A function that is frozen between two invocations must not hold locks for long. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/** Types that drizzle converts itself: it wants and gives the text that PostgreSQL speaks. */
const asText = (oids: [number, ...number[]]) => ({
  to: oids[0],
  from: oids,
  serialize: (value: unknown) => value,
  parse: (value: string) => value,
});

/** Connects, and proves it with a statement. Rejects with the server's or the socket's error. */
export async function connect(address: Address): Promise<Connection> {
  let lost = false;
  const sql = postgres({
    host: address.host,
    port: address.port,
    database: address.database,
    username: address.username,
    password: address.password,
    // `verify-full`: the certificate must be the host's, by the authorities that this process trusts.
    ssl: address.tls ? "verify-full" : false,
    max: 1,
    connect_timeout: CONNECT_SECONDS,
    // The pool ends connections, at moments when nobody is in a transaction.
    max_lifetime: null,
    fetch_types: false,
    onclose: () => (lost = true),
    onnotice: () => undefined,
    types: { json: asText([3802, 114]), instant: asText([1184, 1114]), date: asText([1082]) },
    connection: {
      application_name: process.env.AWS_LAMBDA_FUNCTION_NAME ?? "telecine",
      statement_timeout: STATEMENT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    },
  });
  const connection = wrap(sql, { isLost: () => lost, lose: () => (lost = true) });
  try {
    await connection.command("select 1");
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

interface Loss {
  isLost(): boolean;
  lose(): void;
}

function wrap(sql: postgres.Sql, loss: Loss): Connection {
  const guarded = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (loss.isLost()) throw connectionLost();
    try {
      return await run();
    } catch (error) {
      // A socket reports its error first and its end later: between the two it must not be used.
      if (isLoss(error)) loss.lose();
      throw error;
    }
  };
  return {
    query: (text, parameters, shape) =>
      guarded(async () => {
        const pending = sql.unsafe<Row[]>(
          text,
          [...parameters] as postgres.ParameterOrJSON<never>[],
          PREPARED,
        );
        return [...(shape === "arrays" ? await pending.values() : await pending)];
      }),
    command: (text) => guarded(async () => commandOf(await sql.unsafe(text))),
    isLost: () => loss.isLost(),
    close: () => sql.end({ timeout: CONNECT_SECONDS }),
    destroy() {
      loss.lose();
      void sql.end({ timeout: 0 });
    },
  };
}

/** The server keeps the plan of each text: half the work of a read (docs/decisions). */
const PREPARED = { prepare: true, simple: false } as postgres.UnsafeQueryOptions;

/** A text of several commands has several results. */
function commandOf(result: { command?: string } | { command?: string }[]): string {
  const last = "command" in result ? result : (result as { command?: string }[]).at(-1);
  return last?.command ?? "";
}

function connectionLost(): Error {
  return Object.assign(new Error("The connection to the database was lost before this statement."), {
    code: "CONNECTION_CLOSED",
  });
}

/** A server's goodbye (57P…), its word that it is a replica now (25006), and whatever the socket says. */
const LOSS = /^(57P0[1-5]|25006|25P03|08...|CONNECTION_|CONNECT_|ECONN|EPIPE|ETIMEDOUT|EHOST|ENET)/;

/** True for errors after which a connection is of no use. */
export function isLoss(error: unknown): boolean {
  return LOSS.test(errorCode(error));
}

/** SQLSTATE, or the code of postgres.js or of the socket, of an error or its cause; empty where there is none. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : errorCode(error.cause);
}

/** True when running the same work once more may succeed. */
export function isTransient(error: unknown): boolean {
  return isLoss(error) || TRANSIENT.test(errorCode(error));
}

/** Deadlock, serialization failure, too many connections; and names that do not resolve while a failover moves them. */
const TRANSIENT = /^(40P01|40001|53300|ENOTFOUND|EAI_AGAIN)$/;
