import type { StoredEvent } from "../history.ts";
import type { Database } from "./database.ts";

interface EventPage {
  /** Continues after this event; `reverse` goes from the newest to the oldest. */
  readonly after?: number | undefined;
  readonly limit: number;
  readonly reverse: boolean;
}

/** Histories, and the journals that running executions continue from. */
export interface Progress {
  append(executionId: number, events: readonly StoredEvent[]): void;
  events(executionId: number, page: EventPage): StoredEvent[];
  lastEventId(executionId: number): number;
  /** What each step of an execution left, by its path. */
  journal(executionId: number): Map<string, unknown>;
  record(executionId: number, step: string, outcome: unknown): void;
  /** Records a step that says no more than that it happened, perhaps for the second time. */
  mark(executionId: number, step: string): void;
  clearJournal(executionId: number): void;
}

export function progressIn(db: Database): Progress {
  return {
    append: (executionId, events) => {
      for (const { id, previous, type, at, details } of events) {
        const text = details === undefined ? null : JSON.stringify(details);
        db.run(
          "insert into events (execution_id, id, previous, type, at, details) values (?, ?, ?, ?, ?, ?)",
          executionId,
          id,
          previous,
          type,
          at,
          text,
        );
      }
    },
    events: (executionId, page) => events(db, executionId, page),
    lastEventId: (executionId) =>
      (
        db.get("select max(id) as id from events where execution_id = ?", executionId) as
          { id: number | null } | undefined
      )?.id ?? 0,
    journal: (executionId) => {
      const sql = "select step, outcome from journal where execution_id = ?";
      const rows = db.all(sql, executionId) as { step: string; outcome: string }[];
      return new Map(rows.map(({ step, outcome }) => [step, JSON.parse(outcome) as unknown]));
    },
    record: (executionId, step, outcome) => {
      db.run(
        "insert into journal (execution_id, step, outcome) values (?, ?, ?)",
        executionId,
        step,
        JSON.stringify(outcome),
      );
    },
    mark: (executionId, step) => {
      db.run(
        "insert or ignore into journal (execution_id, step, outcome) values (?, ?, 'true')",
        executionId,
        step,
      );
    },
    clearJournal: (executionId) => {
      db.run("delete from journal where execution_id = ?", executionId);
    },
  };
}

function events(db: Database, executionId: number, { after, limit, reverse }: EventPage): StoredEvent[] {
  const columns = "id, previous, type, at, details";
  const rows = reverse
    ? (db.all(
        `select ${columns} from events where execution_id = ? and id < ? order by id desc limit ?`,
        ...[executionId, after ?? Number.MAX_SAFE_INTEGER, limit],
      ) as Row[])
    : (db.all(
        `select ${columns} from events where execution_id = ? and id > ? order by id limit ?`,
        executionId,
        after ?? 0,
        limit,
      ) as Row[]);
  return rows.map(({ details, ...event }) => ({
    ...event,
    details: details === null ? undefined : (JSON.parse(details) as StoredEvent["details"]),
  }));
}

interface Row extends Omit<StoredEvent, "details"> {
  readonly details: string | null;
}
