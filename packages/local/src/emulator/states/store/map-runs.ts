import type { Database } from "./database.ts";

/** A run of a distributed Map. */
export interface MapRun {
  readonly arn: string;
  readonly executionId: number;
  readonly status: "RUNNING" | "SUCCEEDED" | "FAILED" | "ABORTED";
  readonly startedAt: number;
  readonly stoppedAt: number | null;
  readonly maxConcurrency: number;
  readonly toleratedCount: number;
  readonly toleratedPercentage: number;
  readonly itemCount: number;
}

export interface MapRuns {
  insert(run: Omit<MapRun, "status" | "stoppedAt" | "itemCount">): void;
  get(arn: string): (MapRun & { readonly executionArn: string; readonly machineArn: string }) | undefined;
  list(executionId: number): MapRun[];
  setItemCount(arn: string, count: number): void;
  end(arn: string, status: Exclude<MapRun["status"], "RUNNING">, at: number): void;
  /** The execution is over, and whatever of it still ran. */
  abortAll(executionId: number, at: number): void;
}

const COLUMNS =
  "r.arn, r.execution_id as executionId, r.status, r.started_at as startedAt, r.stopped_at as stoppedAt, " +
  "r.max_concurrency as maxConcurrency, r.tolerated_count as toleratedCount, " +
  "r.tolerated_percentage as toleratedPercentage, r.item_count as itemCount";

export function mapRunsIn(db: Database): MapRuns {
  return {
    insert: (run) => {
      db.run(
        "insert into map_runs (arn, execution_id, status, started_at, max_concurrency, tolerated_count, tolerated_percentage, item_count) " +
          "values (?, ?, 'RUNNING', ?, ?, ?, ?, 0)",
        ...[
          run.arn,
          run.executionId,
          run.startedAt,
          run.maxConcurrency,
          run.toleratedCount,
          run.toleratedPercentage,
        ],
      );
    },
    get: (arn) =>
      db.get(
        `select ${COLUMNS}, e.arn as executionArn, e.machine_arn as machineArn ` +
          "from map_runs r join executions e on e.id = r.execution_id where r.arn = ?",
        arn,
      ) as ReturnType<MapRuns["get"]>,
    list: (executionId) =>
      db.all(
        `select ${COLUMNS} from map_runs r where r.execution_id = ? order by r.started_at desc`,
        executionId,
      ) as MapRun[],
    setItemCount: (arn, count) => {
      db.run("update map_runs set item_count = ? where arn = ?", count, arn);
    },
    end: (arn, status, at) => {
      db.run("update map_runs set status = ?, stopped_at = ? where arn = ?", status, at, arn);
    },
    abortAll: (executionId, at) => {
      const sql =
        "update map_runs set status = 'ABORTED', stopped_at = ? where execution_id = ? and status = 'RUNNING'";
      db.run(sql, at, executionId);
    },
  };
}
