import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { connect, startPostgres, type TestPostgres } from "./postgres.ts";

/** Continuous backup as RDS makes it: one copy of the data, and every segment of the log since. */
export interface Backup {
  /** What a server is as it was at an instant. It answers on the port of the one that it takes the place of. */
  restore(to: Date, port: number): Promise<TestPostgres>;
  dispose(): void;
}

/** Turns on the archive of a server's log, which takes a restart, and copies its data. */
export async function startBackup(server: TestPostgres): Promise<Backup> {
  const folder = mkdtempSync(join(tmpdir(), "telecine-backup-"));
  const [archive, copy] = [join(folder, "archive"), join(folder, "copy")];
  await mkdir(archive);
  // The server runs as another user when the tests run as root.
  chmodSync(folder, 0o755);
  chmodSync(archive, 0o777);
  await command(server, "alter system set archive_mode = on");
  await command(server, `alter system set archive_command = 'cp %p "${archive}/%f"'`);
  await server.stop("fast");
  await server.start();
  await copyData(server, copy);
  return {
    restore: (to, port) => restore(copy, archive, to, port),
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** https://www.postgresql.org/docs/16/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
async function copyData(server: TestPostgres, target: string): Promise<void> {
  const sql = connect(server.port, "postgres");
  try {
    // Both calls have to come from one session.
    await sql`select pg_backup_start('rehearsal', true)`;
    await cp(server.data, target, { recursive: true, filter: (path) => isData(relative(server.data, path)) });
    const [stopped] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop()`;
    await writeFile(join(target, "backup_label"), stopped?.labelfile ?? "");
  } finally {
    await sql.end();
  }
}

const isData = (path: string) => !/^(pg_wal\/.+|postmaster\.(pid|opts))$/.test(path);

async function restore(copy: string, archive: string, to: Date, port: number): Promise<TestPostgres> {
  const server = await startPostgres({
    port,
    settings: {
      archive_mode: "off",
      restore_command: `cp "${archive}/%f" "%p"`,
      // This setting knows no "Z".
      recovery_target_time: to.toISOString().replace("Z", "+00"),
      recovery_target_action: "promote",
    },
    fill: async (data) => {
      await cp(copy, data, { recursive: true });
      await writeFile(join(data, "recovery.signal"), "");
      chmodSync(data, 0o700);
    },
  });
  await untilWritable(server);
  return server;
}

async function untilWritable(server: TestPostgres): Promise<void> {
  const sql = connect(server.port, "postgres");
  try {
    for (;;) {
      const [row] = await sql<{ busy: boolean }[]>`select pg_is_in_recovery() as busy`;
      if (row?.busy === false) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } finally {
    await sql.end();
  }
}

async function command(server: TestPostgres, text: string): Promise<void> {
  const sql = connect(server.port, "postgres");
  await sql.unsafe(text);
  await sql.end();
}
