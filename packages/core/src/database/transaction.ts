import { DrizzleQueryError } from "drizzle-orm";
import { ContextMissing } from "../context.ts";
import { VisibleError } from "../error.ts";
import { connections, db, session, type Database, type Session } from "./client.ts";
import { errorCode, type Connection } from "./connection.ts";
import { persist } from "./patience.ts";

/** Reads, and reads again while the database is away. Joins the transaction that is under way, if one is. */
export async function read<Result>(run: (db: Database) => Promise<Result>): Promise<Result> {
  if (session.find()) return run(db);
  return unwrapped(() =>
    persist((withinMs) =>
      connections().lend("shared", withinMs, (connection) =>
        session.provide({ connection }, async () => await run(db)),
      ),
    ),
  );
}

/**
 * Runs all of `run` in one transaction, or in the one under way. While the database is away the whole of it is repeated,
 * so it does nothing but statements: other effects go into {@link afterTx}. If the connection breaks during COMMIT the
 * work may have been done and be done again: statements must allow that.
 */
export async function useTransaction<Result>(run: (tx: Database) => Promise<Result>): Promise<Result> {
  const outer = session.find();
  if (outer?.effects) return run(db);
  if (outer) throw new Error("useTransaction inside of read would wait for the connection that it holds.");
  const { result, effects } = await unwrapped(() =>
    persist((withinMs) => connections().lend("exclusive", withinMs, (connection) => begin(connection, run))),
  );
  for (const effect of effects) await effect();
  return result;
}

/** Runs an effect after the commit of the transaction under way; at once where there is none. */
export async function afterTx(effect: () => Promise<void>): Promise<void> {
  const effects = findEffects();
  if (effects) effects.push(effect);
  else await effect();
}

function findEffects(): Session["effects"] {
  try {
    return session.use().effects;
  } catch (error) {
    if (error instanceof ContextMissing) return undefined;
    throw error;
  }
}

/** Drizzle's statements run when they are awaited: that has to happen inside of the session. */
async function begin<Result>(connection: Connection, run: (tx: Database) => Promise<Result>) {
  const effects: (() => Promise<void>)[] = [];
  const one = inTurn(connection);
  await one.command("begin");
  try {
    const result = await session.provide({ connection: one, effects }, async () => await run(db));
    const outcome = await one.command("commit");
    if (outcome !== "COMMIT")
      throw new Error("A statement of this transaction had failed: it was rolled back.");
    return { result, effects };
  } catch (error) {
    // A connection that is lost has been rolled back by the server, and must not be written to.
    if (!connection.isLost()) await rollback(connection);
    throw error;
  }
}

async function rollback(connection: Connection): Promise<void> {
  try {
    await connection.command("rollback");
  } catch {
    connection.destroy(); // the server rolls back what it can no longer hear of; the first error is the one that counts
  }
}

/** One statement at a time: none waits inside the driver, where the loss of the connection could carry it elsewhere. */
function inTurn(connection: Connection): Connection {
  let last: Promise<unknown> = Promise.resolve();
  const next = <Result>(run: () => Promise<Result>): Promise<Result> => {
    const turn = last.then(run, run);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    ...connection,
    query: (...args) => next(() => connection.query(...args)),
    command: (text) => next(() => connection.command(text)),
  };
}

/**
 * Drizzle puts bound values into its error's message; its cause says what happened without them. Two refusals of the
 * database are news for the caller.
 */
async function unwrapped<Result>(run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    const cause = error instanceof DrizzleQueryError && error.cause ? error.cause : error;
    if (isRefusedTransition(cause)) throw statusConflict(cause);
    throw isSchemaMissing(cause) ? notMigrated(cause) : cause;
  }
}

/** The trigger's word against a change that `video_status_transitions` does not hold. */
function isRefusedTransition(error: unknown): boolean {
  return (
    error instanceof Error &&
    "constraint_name" in error &&
    error.constraint_name === "video_status_transition"
  );
}

function statusConflict(cause: unknown): VisibleError {
  const message = "The video has changed meanwhile. Read it again.";
  return new VisibleError("conflict", "video_status_conflict", message, { cause });
}

/** While a deployment goes on, code can be ahead of its migration: no such table, no such column. */
function isSchemaMissing(error: unknown): boolean {
  return ["42P01", "42703"].includes(errorCode(error));
}

function notMigrated(cause: unknown): VisibleError {
  const message = "The database is being brought up to date. Try again in a few seconds.";
  return new VisibleError("unavailable", "database_not_migrated", message, { cause });
}
