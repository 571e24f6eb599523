import { drizzle } from "drizzle-orm/pg-proxy";
import { Resource } from "sst";
import { z } from "zod";
import { createContext } from "../context.ts";
import { forgetSecret, readSecret } from "../secret/secret.ts";
import { connect, errorCode, type Connection } from "./connection.ts";
import { createPool, type Pool } from "./pool.ts";

const Credentials = z.object({ username: z.string().min(1), password: z.string() });

let pool: Pool | undefined;

/** The process's connections. A Lambda serves one request at a time and a task one video, so one is enough. */
export function connections(): Pool {
  return (pool ??= createPool({ size: Number(process.env.DATABASE_POOL_SIZE ?? 1), open }));
}

/** Ends this process's connections; the next statement opens new ones. */
export async function closeDatabase(): Promise<void> {
  await pool?.close();
}

async function open(): Promise<Connection> {
  const { secretArn } = Resource.Database;
  try {
    return await openWith(secretArn);
  } catch (error) {
    if (errorCode(error) !== "28P01") throw error;
    // The password was rotated since the secret was read.
    forgetSecret(secretArn);
    return openWith(secretArn);
  }
}

async function openWith(secretArn: string): Promise<Connection> {
  const { host, port, database, tls } = Resource.Database;
  return connect({ host, port, database, tls, ...(await readSecret(secretArn, Credentials)) });
}

/** The connection that the work under way runs on. */
export interface Session {
  readonly connection: Connection;
  /** Set inside of a transaction: what is to happen after its commit. */
  readonly effects?: (() => Promise<void>)[];
}
export const session = createContext<Session>("database session");

/**
 * The database, for typed statements inside of `read` and `useTransaction`. A statement made with `.prepare()` is built
 * once a module and runs wherever it is executed.
 */
export const db = drizzle(
  async (text, parameters, method) => {
    const { connection, effects } = session.use();
    if (!effects && !READ.test(text)) throw new Error(`Write inside of useTransaction: ${text}`);
    return { rows: await connection.query(text, parameters, method === "all" ? "arrays" : "objects") };
  },
  { casing: "snake_case" },
);
export type Database = typeof db;

const READ = /^\s*select\b/i;
