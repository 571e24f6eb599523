import { setTimeout } from "node:timers/promises";
import type { Clock } from "./clock.ts";
import type { Database } from "./database.ts";
import type { Log } from "./request.ts";

/** A message on its way to a target. It is in the database until the target accepted it. */
export interface Delivery {
  /** An ARN or URL. */
  readonly target: string;
  readonly payload: string;
}

/** A target refused a message in a way that no further attempt can change. */
export class UndeliverableError extends Error {
  override readonly name = "UndeliverableError";
}

export interface OutboxOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  /** Named in the log. */
  readonly source: string;
  /** Resolves when the target accepted it; a rejection is tried again later, but for an {@link UndeliverableError}. */
  deliver(delivery: Delivery): Promise<void>;
  /** How long to wait after this many failures, in milliseconds; undefined gives up. */
  readonly retryDelayMs: (failures: number, target: string) => number | undefined;
  /** How many deliveries run at once. */
  readonly concurrency: number;
}

/** Messages that are delivered at least once, over restarts and crashes. */
export interface Outbox {
  /** Adds a message, inside the transaction that makes it true. Call {@link wake} after the commit. */
  add(delivery: Delivery): void;
  /** Starts delivering; messages only gather before it. */
  start(): void;
  wake(): void;
  /** How many messages wait or are under way. */
  size(): number;
  /** Starts nothing more and gives what is under way this long; the rest is delivered after the next start. */
  close(graceMs: number): Promise<void>;
}

export const OUTBOX_SCHEMA = `
  CREATE TABLE IF NOT EXISTS outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, target TEXT NOT NULL, payload TEXT NOT NULL,
    failures INTEGER NOT NULL DEFAULT 0, due_at INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS outbox_due ON outbox (due_at, id);`;

interface Row extends Delivery {
  readonly id: number;
  readonly failures: number;
  readonly due_at: number;
}

/** Opens the outbox over a database that has its table. */
export function createOutbox(options: OutboxOptions): Outbox {
  const { database, clock, concurrency } = options;
  const rows = createRows(options);
  const underWay = new Map<number, Promise<void>>();
  let isDelivering = false;
  let isClosed = false;
  let cancelTimer: () => void = () => undefined;

  const wake = () => {
    cancelTimer();
    if (!isDelivering) return;
    // Rows under way are still in the table, so that many more are looked at.
    const candidates = rows.next(concurrency + underWay.size + 1).filter((row) => !underWay.has(row.id));
    const due = candidates.filter((row) => row.due_at <= clock.now());
    for (const row of due.slice(0, concurrency - underWay.size)) begin(row);
    const later = candidates.find((row) => row.due_at > clock.now());
    if (later) cancelTimer = clock.after(later.due_at - clock.now(), wake);
  };
  const begin = (row: Row) => {
    const work = attempt(row).finally(() => {
      underWay.delete(row.id);
      wake();
    });
    underWay.set(row.id, work);
  };
  const attempt = async (row: Row) => {
    try {
      await options.deliver({ target: row.target, payload: row.payload });
    } catch (error) {
      if (!isClosed) rows.postpone(row, error);
      return;
    }
    // After the end the row stays, and the target gets the message once more.
    if (!isClosed) rows.remove(row);
  };
  return {
    add({ target, payload }) {
      const sql = "INSERT INTO outbox (target, payload, due_at) VALUES (?, ?, ?)";
      database.query(sql).run(target, payload, clock.now());
    },
    start() {
      isDelivering = true;
      wake();
    },
    wake,
    size: () => database.query<{ count: number }>("SELECT count(*) AS count FROM outbox").get()?.count ?? 0,
    async close(graceMs) {
      isDelivering = false;
      cancelTimer();
      const patience = new AbortController();
      const grace = setTimeout(graceMs, undefined, { signal: patience.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(underWay.values()), grace]);
      patience.abort();
      isClosed = true;
    },
  };
}

function createRows({ database, clock, log, source, retryDelayMs }: OutboxOptions) {
  const remove = (row: Row) => database.query("DELETE FROM outbox WHERE id = ?").run(row.id);
  return {
    remove,
    next: (limit: number) =>
      database.query<Row>("SELECT * FROM outbox ORDER BY due_at, id LIMIT ?").all(limit),
    postpone(row: Row, error: unknown) {
      const isFinal = error instanceof UndeliverableError;
      const delayMs = isFinal ? undefined : retryDelayMs(row.failures + 1, row.target);
      const reason = error instanceof Error ? error.message : String(error);
      const outcome =
        delayMs === undefined ? "It is given up." : `It is tried again in ${Math.round(delayMs / 1000)} s.`;
      const message = `A message to ${row.target} could not be delivered: ${reason} ${outcome}`;
      log({ level: delayMs === undefined ? "error" : "warn", source, message });
      if (delayMs === undefined) {
        remove(row);
        return;
      }
      const sql = "UPDATE outbox SET failures = failures + 1, due_at = ? WHERE id = ?";
      database.query(sql).run(clock.now() + delayMs, row.id);
    },
  };
}
