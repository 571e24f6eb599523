import { postgres, redis, secretsUrl } from "../support/services.ts";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { links } from "../support/links.ts";
import { connect } from "../support/postgres.ts";

const TRIES = 20;
const TIMEOUT_MS = 240_000;

function run(script: URL, environment: Record<string, string>) {
  const child = spawn(process.execPath, [script.pathname], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stderr = child.stderr.setEncoding("utf8").toArray() as Promise<string[]>;
  return { lines: createInterface({ input: child.stdout }), exit: once(child, "exit"), stderr };
}

async function untilSleeping(): Promise<void> {
  const sql = connect(postgres.port, "postgres");
  const sleepers = async () => (await sql`select from pg_stat_activity where wait_event = 'PgSleep'`).count;
  await expect.poll(sleepers, { timeout: 20_000, interval: 10 }).toBe(1);
  await sql.end();
}

/** What postgres.js does by itself. When this test fails, the driver has been mended, and our own care can be less. */
test(
  "a server that dies inside of sql.begin kills the process, 20 times of 20",
  { timeout: TIMEOUT_MS },
  async () => {
    const crashes: string[] = [];
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const login = { PGUSER: postgres.username, PGPASSWORD: postgres.password };
      const child = run(new URL("./crash/driver-only.ts", import.meta.url), {
        PORT: String(postgres.port),
        ...login,
      });
      await untilSleeping();
      await postgres.stop("immediate");
      const [code] = (await child.exit) as [number];
      crashes.push(`${code} ${/reading 'write'/.exec((await child.stderr).join(""))?.[0]}`);
      await postgres.start();
    }
    expect(crashes).toEqual(Array.from({ length: TRIES }, () => "1 reading 'write'"));
  },
);

test(
  "a server that dies inside of our transactions costs time and nothing else, 20 times of 20",
  { timeout: TIMEOUT_MS },
  async () => {
    const database = await postgres.createDatabase("ours");
    const width = 3;
    const sql = connect(postgres.port, database);
    await sql`create table rounds (name text not null)`;
    await sql.end();

    const environment = links({ postgres, redis, database, secretsUrl });
    const child = run(new URL("./crash/ours.ts", import.meta.url), {
      ...environment,
      ROUNDS: String(TRIES),
      DATABASE_POOL_SIZE: String(width),
    });
    const seen: string[] = [];
    child.lines.on("line", (line) => {
      seen.push(line);
      if (line.startsWith("round")) void postgres.stop("immediate").then(() => postgres.start());
    });
    const [code] = (await child.exit) as [number];

    expect((await child.stderr).join("")).toBe("");
    expect(code).toBe(0);
    expect(seen).toEqual([...Array.from({ length: TRIES }, (_, index) => `round ${index + 1}`), "done"]);
    const after = connect(postgres.port, database);
    const rows = await after<{ name: string }[]>`select name from rounds`;
    await after.end();
    const expected = Array.from(
      { length: TRIES * width },
      (_, n) => `${Math.floor(n / width) + 1}.${n % width}`,
    );
    expect(rows.map(({ name }) => name).sort()).toEqual(expected.sort());
  },
);
