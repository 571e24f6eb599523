import { database, postgres, secrets } from "../support/services.ts";
import { sql } from "drizzle-orm";
import { beforeEach, expect, test } from "vitest";
import { closeDatabase } from "../../src/database/client.ts";
import { connect as connectTo } from "../../src/database/connection.ts";
import { withPatience } from "../../src/database/patience.ts";
import { read, useTransaction } from "../../src/database/transaction.ts";
import { checkHealth } from "../../src/health/health.ts";
import { fromId } from "../../src/video/video.ts";
import { DATABASE_SECRET, databaseCredentials } from "../support/links.ts";
import { connect } from "../support/postgres.ts";

beforeEach(closeDatabase);

const ask = () => read((db) => db.execute(sql`select 1 as one`));
const answer = [{ one: 1 }];

async function elapsed(work: Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work;
  return performance.now() - start;
}

async function admin(statement: string): Promise<void> {
  const client = connect(postgres.port, database);
  await client.unsafe(statement);
  await client.end();
}

test("a database that is away is waited for, then reported, then used again", async () => {
  expect(await ask()).toEqual(answer);
  await postgres.stop("immediate");
  const away = withPatience(2, ask);
  expect(await elapsed(expect(away).rejects.toMatchObject({ code: "database_unavailable" }))).toBeLessThan(
    2500,
  );
  expect(await checkHealth()).toMatchObject({ status: "down", checks: { database: { status: "down" } } });
  const waiting = withPatience(30, ask);
  await postgres.start();
  expect(await waiting).toEqual(answer);
  expect(await checkHealth()).toMatchObject({ status: "ok" });
});

test("a database that is frozen is reported in time, by a health check within two seconds", async () => {
  expect(await ask()).toEqual(answer);
  postgres.freeze();
  try {
    const frozen = withPatience(1, ask);
    expect(
      await elapsed(expect(frozen).rejects.toMatchObject({ code: "database_unavailable" })),
    ).toBeLessThan(2000);
    expect(await elapsed(expect(checkHealth()).resolves.toMatchObject({ status: "down" }))).toBeLessThan(
      2000,
    );
  } finally {
    postgres.thaw();
  }
  expect(await withPatience(10, ask)).toEqual(answer);
});

test("a connection that the server ends costs no caller anything", async () => {
  await Promise.all([ask(), useTransaction(async (tx) => tx.execute(sql`select 1`))]);
  await admin(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null",
  );
  expect(
    await Promise.all([ask(), ask(), useTransaction(async (tx) => tx.execute(sql`select 1 as one`))]),
  ).toEqual([...[answer, answer, answer]]);
});

test("a transaction whose connection is ended is done again, once and whole", async () => {
  await admin("create table if not exists whole (n int)");
  let runs = 0;
  await useTransaction(async (tx) => {
    runs += 1;
    await tx.execute(sql`insert into whole values (1)`);
    const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    if (runs === 1) await admin(`select pg_terminate_backend(${Number(row?.pid)})`);
    await tx.execute(sql`insert into whole values (2)`);
  });
  expect(runs).toBe(2);
  expect(await read((db) => db.execute(sql`select n from whole order by n`))).toEqual([{ n: 1 }, { n: 2 }]);
});

test("a connection that was lost runs nothing more, on no other connection either", async () => {
  const connection = await connectTo({
    ...{ host: postgres.host, port: postgres.port, database, tls: false },
    ...databaseCredentials(postgres),
  });
  await connection.command("begin");
  await admin("create table if not exists elsewhere (n int)");
  await admin("select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'");
  await expect.poll(() => connection.isLost()).toBe(true);
  const statement = connection.query("insert into elsewhere values (1)", [], "objects");
  await expect(statement).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  await expect(connection.command("commit")).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
  expect(await read((db) => db.execute(sql`select n from elsewhere`))).toEqual([]);
});

test("a node that only reads is left for one that writes", async () => {
  await admin("create table if not exists writes (n int)");
  const write = () =>
    useTransaction(async (tx) => tx.execute(sql`insert into writes values (1) returning n`));
  await write();
  await admin(`alter database "${database}" set default_transaction_read_only = on`);
  await closeDatabase();
  const waiting = withPatience(20, write);
  await expect(withPatience(0.5, write)).rejects.toMatchObject({ code: "database_unavailable" });
  await admin(`set transaction read write; alter database "${database}" reset default_transaction_read_only`);
  expect(await waiting).toEqual([{ n: 1 }]);
});

test("a database without our tables is away, until it is migrated", async () => {
  await admin("alter table videos rename to elsewhere_for_now");
  try {
    const missing = fromId("vid_01h2xcejqtf2nbrexx3vqjhp41");
    await expect(missing).rejects.toMatchObject({ kind: "unavailable", code: "database_not_migrated" });
    expect(await checkHealth()).toMatchObject({ status: "down", checks: { database: { status: "down" } } });
  } finally {
    await admin("alter table elsewhere_for_now rename to videos");
  }
  expect(await checkHealth()).toMatchObject({ status: "ok" });
});

test("a statement that fails rolls its transaction back, and the connection lives on", async () => {
  await admin("create table if not exists pure (n int primary key)");
  const failing = useTransaction(async (tx) => {
    await tx.execute(sql`insert into pure values (1)`);
    await tx.execute(sql`insert into pure values (1)`);
  });
  await expect(failing).rejects.toMatchObject({ code: "23505" });
  expect(await read((db) => db.execute(sql`select n from pure`))).toEqual([]);
});

test("a failure that the work hides from us does not pass for a commit", async () => {
  await admin("create table if not exists hidden (n int primary key)");
  const hiding = useTransaction(async (tx) => {
    await tx.execute(sql`insert into hidden values (1)`);
    await tx.execute(sql`select 1 / 0`).catch(() => undefined);
  });
  await expect(hiding).rejects.toThrow("rolled back");
});

test("an error of a statement does not repeat the values that were bound to it", async () => {
  const secret = "hunter2";
  const failing = read((db) => db.execute(sql`select ${secret}::int`));
  const error = await failing.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).not.toContain("params");
});

test("a password that was rotated while we held the old one is read again", async () => {
  expect(await ask()).toEqual(answer);
  await admin("alter role telecine password 'rotated'");
  secrets.set(DATABASE_SECRET, { ...databaseCredentials(postgres), password: "rotated" });
  await closeDatabase();
  try {
    expect(await ask()).toEqual(answer);
  } finally {
    const client = connect(postgres.port, database, "rotated");
    await client.unsafe(`alter role telecine password '${postgres.password}'`);
    await client.end();
    secrets.set(DATABASE_SECRET, databaseCredentials(postgres));
  }
});
