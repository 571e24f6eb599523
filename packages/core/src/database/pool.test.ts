import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection } from "./connection.ts";
import { createPool } from "./pool.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface FakeConnection extends Connection {
  readonly number: number;
  readonly ended: string[];
  lose(): void;
}

/** Connections that do nothing, and remember what was done to them. */
function server({ fails = 0 } = {}) {
  const opened: FakeConnection[] = [];
  let failures = fails;
  const open = async (): Promise<Connection> => {
    if (failures > 0) {
      failures -= 1;
      throw new Error("refused");
    }
    let lost = false;
    const ended: string[] = [];
    const connection: FakeConnection = {
      ...{ number: opened.length + 1, ended },
      query: async () => [],
      command: async () => "",
      isLost: () => lost,
      async close() {
        ended.push("closed");
      },
      destroy() {
        lost = true;
        ended.push("destroyed");
      },
      lose() {
        lost = true;
      },
    };
    opened.push(connection);
    return connection;
  };
  return { opened, open };
}

const numberOf = async (connection: Connection) => (connection as FakeConnection).number;

test("one connection serves readers at once, and a transaction alone", async () => {
  const { open, opened } = server();
  const pool = createPool({ size: 1, open });
  const log: string[] = [];
  const work = (name: string, gate: Promise<void>) => async () => {
    log.push(`${name} begins`);
    await gate;
    log.push(`${name} ends`);
  };
  const first = Promise.withResolvers<undefined>();
  const readers = [
    pool.lend("shared", 1000, work("reader 1", first.promise)),
    pool.lend("shared", 1000, work("reader 2", first.promise)),
  ];
  const transaction = pool.lend("exclusive", 1000, work("transaction", Promise.resolve()));
  const late = pool.lend("shared", 1000, work("late reader", Promise.resolve()));
  await vi.advanceTimersByTimeAsync(1);
  first.resolve(undefined);
  await Promise.all([...readers, transaction, late]);
  expect(log).toEqual([
    ...["reader 1 begins", "reader 2 begins", "reader 1 ends", "reader 2 ends"],
    ...["transaction begins", "transaction ends", "late reader begins", "late reader ends"],
  ]);
  expect(opened).toHaveLength(1);
});

test("no more connections are opened than allowed", async () => {
  const { open, opened } = server();
  const pool = createPool({ size: 3, open });
  await Promise.all(Array.from({ length: 20 }, () => pool.lend("exclusive", 1000, numberOf)));
  expect(opened).toHaveLength(3);
});

test("a connection that was lost is never lent again", async () => {
  const { open, opened } = server();
  const pool = createPool({ size: 1, open });
  await pool.lend("exclusive", 1000, async () => {
    opened[0]?.lose();
  });
  expect(await pool.lend("shared", 1000, numberOf)).toBe(2);
  expect(opened[0]?.ended).toEqual(["destroyed"]);
});

test("a connection that is old or idle is ended when nobody uses it", async () => {
  const { open, opened } = server();
  const pool = createPool({ size: 1, open, idleMs: 1000, lifetimeMs: 5000 });
  await pool.lend("shared", 10_000, numberOf);
  await vi.advanceTimersByTimeAsync(999);
  expect(opened[0]?.ended).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(opened[0]?.ended).toEqual(["closed"]);

  const gate = Promise.withResolvers<undefined>();
  const long = pool.lend("shared", 60_000, () => gate.promise);
  await vi.advanceTimersByTimeAsync(5000);
  expect(await pool.lend("shared", 60_000, numberOf)).toBe(3);
  expect(opened[1]?.ended).toEqual([]);
  gate.resolve(undefined);
  await long;
  expect(opened[1]?.ended).toEqual(["closed"]);
});

test("work that takes too long loses its connection, and the next in line is served", async () => {
  const { open, opened } = server();
  const pool = createPool({ size: 1, open });
  const hanging = pool.lend("exclusive", 1000, () => new Promise(() => undefined));
  const outcome = expect(hanging).rejects.toMatchObject({ name: "DatabaseTimeout" });
  const next = pool.lend("shared", 5000, numberOf);
  await vi.advanceTimersByTimeAsync(1000);
  await outcome;
  expect(opened[0]?.ended).toContain("destroyed");
  expect(await next).toBe(2);
});

test("who waits too long for a connection stops waiting, and takes none", async () => {
  const { open } = server();
  const pool = createPool({ size: 1, open });
  const gate = Promise.withResolvers<undefined>();
  const holder = pool.lend("exclusive", 60_000, () => gate.promise);
  const impatient = pool.lend("shared", 100, numberOf);
  const outcome = expect(impatient).rejects.toMatchObject({ name: "DatabaseTimeout" });
  await vi.advanceTimersByTimeAsync(100);
  await outcome;
  gate.resolve(undefined);
  await holder;
  expect(await pool.lend("exclusive", 100, numberOf)).toBe(1);
});

test("a server that refuses tells the one who asked first, and is asked again for the next", async () => {
  const { open } = server({ fails: 1 });
  const pool = createPool({ size: 1, open });
  const [first, second] = await Promise.allSettled([
    pool.lend("shared", 1000, numberOf),
    pool.lend("shared", 1000, numberOf),
  ]);
  expect(first).toMatchObject({ status: "rejected", reason: { message: "refused" } });
  expect(second).toEqual({ status: "fulfilled", value: 1 });
});
