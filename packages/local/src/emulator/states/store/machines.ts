import { createHash } from "node:crypto";
import type { Database } from "./database.ts";

export interface Machine {
  readonly arn: string;
  readonly name: string;
  readonly type: "STANDARD" | "EXPRESS";
  readonly roleArn: string;
  readonly definition: string;
  /** Names this definition; executions refer to it. */
  readonly revision: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface Machines {
  get(arn: string): Machine | undefined;
  /** Machines by name, after a name. */
  list(after: string, limit: number): Machine[];
  put(machine: Omit<Machine, "revision" | "createdAt" | "updatedAt">, at: number): Machine;
  remove(arn: string): void;
  /** The definition that an execution was started with. */
  definition(revision: string): string | undefined;
}

const COLUMNS =
  "arn, name, type, role_arn as roleArn, definition, revision, created_at as createdAt, updated_at as updatedAt";

export function machinesIn(db: Database): Machines {
  const get = (arn: string) =>
    db.get(`select ${COLUMNS} from machines where arn = ?`, arn) as Machine | undefined;
  return {
    get,
    list: (after, limit) =>
      db.all(
        `select ${COLUMNS} from machines where name > ? order by name limit ?`,
        after,
        limit,
      ) as Machine[],
    put: (machine, at) =>
      db.transaction(() => {
        const { arn, name, type, roleArn, definition } = machine;
        const revision = revisionOf(arn, definition);
        const createdAt = get(arn)?.createdAt ?? at;
        db.run(
          "insert or replace into machines (arn, name, type, role_arn, definition, revision, created_at, updated_at) " +
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
          ...[arn, name, type, roleArn, definition, revision, createdAt, at],
        );
        db.run(
          "insert or ignore into revisions (revision, machine_arn, definition) values (?, ?, ?)",
          revision,
          arn,
          definition,
        );
        return { ...machine, revision, createdAt, updatedAt: at };
      }),
    remove: (arn) => {
      db.run("delete from machines where arn = ?", arn);
    },
    definition: (revision) =>
      (
        db.get("select definition from revisions where revision = ?", revision) as
          { definition: string } | undefined
      )?.definition,
  };
}

function revisionOf(arn: string, definition: string): string {
  const hex = createHash("sha256").update(`${arn}\n${definition}`).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    "-",
  );
}
