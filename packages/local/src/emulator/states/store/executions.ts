import type { Database } from "./database.ts";

export type Status = "RUNNING" | "SUCCEEDED" | "FAILED" | "TIMED_OUT" | "ABORTED";

export interface Execution {
  readonly id: number;
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly revision: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly roleArn: string;
  readonly input: string;
  readonly status: Status;
  readonly startedAt: number;
  readonly stoppedAt: number | null;
  readonly output: string | null;
  readonly error: string | null;
  readonly cause: string | null;
  readonly parentId: number | null;
  readonly mapRunArn: string | null;
}

type NewExecution = Pick<
  Execution,
  | "arn"
  | "name"
  | "machineArn"
  | "revision"
  | "type"
  | "roleArn"
  | "input"
  | "startedAt"
  | "parentId"
  | "mapRunArn"
>;

/** How an execution ended. */
export interface End {
  readonly status: Exclude<Status, "RUNNING">;
  readonly output?: string | undefined;
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

interface Listing {
  readonly machineArn?: string | undefined;
  readonly mapRunArn?: string | undefined;
  readonly status?: string | undefined;
  /** Continues after this execution. */
  readonly after?: { readonly startedAt: number; readonly id: number } | undefined;
  readonly limit: number;
}

export interface Executions {
  insert(execution: NewExecution): number;
  byArn(arn: string): Execution | undefined;
  /** Executions that nothing has ended, oldest first; children run with their parents. */
  running(): Execution[];
  /** Newest first. */
  list(listing: Listing): Execution[];
  /** False if it had ended before. */
  end(id: number, end: End, at: number): boolean;
  /** The children of an execution, or of one of its Map runs, that still ran end with it. */
  abortChildren(parentId: number, mapRunArn: string | undefined, at: number): void;
  countByStatus(mapRunArn: string): Readonly<Record<string, number>>;
  /** Removes executions, with all that belongs to them, that ended before an instant. */
  forget(before: number): void;
}

const COLUMNS =
  "id, arn, name, machine_arn as machineArn, revision, type, role_arn as roleArn, input, status, started_at as startedAt, " +
  "stopped_at as stoppedAt, output, error, cause, parent_id as parentId, map_run_arn as mapRunArn";

export function executionsIn(db: Database): Executions {
  return {
    insert: (e) =>
      Number(
        db.run(
          "insert into executions (arn, name, machine_arn, revision, type, role_arn, input, status, started_at, parent_id, map_run_arn) " +
            "values (?, ?, ?, ?, ?, ?, ?, 'RUNNING', ?, ?, ?)",
          ...[
            e.arn,
            e.name,
            e.machineArn,
            e.revision,
            e.type,
            e.roleArn,
            e.input,
            e.startedAt,
            e.parentId,
            e.mapRunArn,
          ],
        ),
      ),
    byArn: (arn) => db.get(`select ${COLUMNS} from executions where arn = ?`, arn) as Execution | undefined,
    running: () =>
      db.all(
        `select ${COLUMNS} from executions where status = 'RUNNING' and parent_id is null order by id`,
      ) as Execution[],
    list: (listing) => list(db, listing),
    end: (id, { status, output, error, cause }, at) => {
      const open = db.get("select 1 from executions where id = ? and status = 'RUNNING'", id);
      if (!open) return false;
      db.run(
        "update executions set status = ?, output = ?, error = ?, cause = ?, stopped_at = ? where id = ?",
        ...[status, output ?? null, error ?? null, cause ?? null, at, id],
      );
      return true;
    },
    abortChildren: (parentId, mapRunArn, at) => {
      db.run(
        "update executions set status = 'ABORTED', stopped_at = ? where parent_id = ? and status = 'RUNNING' and (? is null or map_run_arn = ?)",
        ...[at, parentId, mapRunArn ?? null, mapRunArn ?? null],
      );
    },
    countByStatus: (mapRunArn) => {
      const sql = "select status, count(*) as count from executions where map_run_arn = ? group by status";
      const rows = db.all(sql, mapRunArn) as { status: string; count: number }[];
      return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    },
    forget: (before) => {
      forget(db, before);
    },
  };
}

function list(db: Database, { machineArn, mapRunArn, status, after, limit }: Listing): Execution[] {
  const last = after ?? { startedAt: Number.MAX_SAFE_INTEGER, id: Number.MAX_SAFE_INTEGER };
  const [column, arn] =
    mapRunArn === undefined ? ["machine_arn", machineArn ?? ""] : ["map_run_arn", mapRunArn];
  return db.all(
    `select ${COLUMNS} from executions where ${column} = ? and (? is null or status = ?) ` +
      "and (started_at < ? or (started_at = ? and id < ?)) order by started_at desc, id desc limit ?",
    ...[arn, status ?? null, status ?? null, last.startedAt, last.startedAt, last.id, limit],
  ) as Execution[];
}

function forget(db: Database, before: number): void {
  const old = "select id from executions where stopped_at < ? and parent_id is null";
  db.transaction(() => {
    db.run(
      `delete from events where execution_id in (select id from executions where id in (${old}) or parent_id in (${old}))`,
      before,
      before,
    );
    for (const table of ["journal", "tokens", "map_runs"]) {
      db.run(`delete from ${table} where execution_id in (${old})`, before);
    }
    db.run(`delete from executions where parent_id in (${old})`, before);
    db.run("delete from executions where stopped_at < ? and parent_id is null", before);
    db.run(
      "delete from revisions where revision not in (select revision from executions union select revision from machines)",
    );
  });
}
