import { Redis } from "ioredis";
import pMap from "p-map";
import postgres from "postgres";
import type { Bar, Bench } from "../bar.ts";
import { middle, pairedRatio } from "../lib/statistics.ts";
import { inTurns } from "../lib/turns.ts";
import type { Rig } from "../rig/rig.ts";

const JOBS = 1000;
const WRITES_A_JOB = 10;
/** Of the others' way, which takes longer. */
const UPDATES = 4000;
const CLIENTS = 8;

/** Live progress: how often a job writes it, and what a thousand jobs at once ask of the servers. */
export const progress: Bar = {
  name: "progress",
  title: `Live progress of ${JOBS} jobs, against a durable UPDATE for each`,
  variants: ["job"],
  async measure(bench) {
    const { job } = await bench.rounds();
    const { ours, theirs } = await writeInTurns(bench, await bench.rig());
    return [
      {
        what: "writes a second of one job",
        ...middle(job.map(({ progressSeconds }) => rateOf(progressSeconds))),
        unit: "per second",
        goal: { atMost: 1 },
        note: "ffmpeg says it four times a second",
      },
      {
        what: "writes a second / single durable updates a second",
        ...pairedRatio(
          ours.map(({ perSecond }) => perSecond),
          theirs.map(({ perSecond }) => perSecond),
        ),
        unit: "ratio",
        goal: { atLeast: 10 },
        note: `${CLIENTS} clients of PostgreSQL, one UPDATE each time`,
      },
      {
        what: `of one core of Redis, for ${JOBS} jobs`,
        ...middle(ours.map(({ cpuSeconds }) => (cpuSeconds / (JOBS * WRITES_A_JOB)) * JOBS)),
        unit: "share",
        goal: { atMost: 0.1 },
        note: "PostgreSQL is asked nothing between two phases",
      },
    ];
  },
};

/** From the first write to the last. */
export function rateOf(seconds: readonly number[]): number {
  const last = seconds.at(-1) ?? 0;
  return last > 0 ? (seconds.length - 1) / last : 0;
}

interface Written {
  readonly perSecond: number;
  /** Of the server. */
  readonly cpuSeconds: number;
}

async function writeInTurns({ runs }: Bench, rig: Rig): Promise<Record<"ours" | "theirs", Written[]>> {
  const redis = new Redis({ ...rig.redis });
  const sql = postgres({ ...rig.postgres, max: CLIENTS, onnotice: () => undefined });
  try {
    await sql`create table if not exists bench_progress (id int primary key, progress float8, updated_at timestamptz)`;
    await sql`insert into bench_progress select n, 0, now() from generate_series(0, ${JOBS - 1}) n on conflict do nothing`;
    const ways = { ours: () => writeOurs(redis), theirs: () => writeTheirs(sql) };
    await ways.ours();
    return await inTurns(["ours", "theirs"], runs, (name) => ways[name]());
  } finally {
    redis.disconnect();
    await sql.end();
  }
}

async function writeOurs(redis: Redis): Promise<Written> {
  const { writeProgress } = await import("@telecine/core/progress/store");
  const before = await cpuOf(redis);
  const start = performance.now();
  for (let write = 0; write < WRITES_A_JOB; write++) {
    const work = { attempt: 1, part: 0, weight: 1, phase: "encoding", speed: 1.1, etaSeconds: 60 } as const;
    const progress = { ...work, progress: write / WRITES_A_JOB };
    await Promise.all(Array.from({ length: JOBS }, (_, job) => writeProgress(`vid_bench${job}`, progress)));
  }
  const seconds = (performance.now() - start) / 1000;
  return { perSecond: (JOBS * WRITES_A_JOB) / seconds, cpuSeconds: (await cpuOf(redis)) - before };
}

async function writeTheirs(sql: postgres.Sql): Promise<Written> {
  const start = performance.now();
  const updates = Array.from({ length: UPDATES }, (_, update) => update);
  await pMap(
    updates,
    (update) =>
      sql`update bench_progress set progress = ${update / UPDATES}, updated_at = now() where id = ${update % JOBS}`,
    { concurrency: CLIENTS },
  );
  return { perSecond: UPDATES / ((performance.now() - start) / 1000), cpuSeconds: NaN };
}

async function cpuOf(redis: Redis): Promise<number> {
  const info = await redis.info("cpu");
  const read = (name: string) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);
  return read("used_cpu_user") + read("used_cpu_sys");
}
