import type { Bar, Bench, Figure } from "../bar.ts";
import { seedVideos, type Seeded } from "../api/seed.ts";
import { startServer } from "../api/server.ts";
import { median, pairedRatio } from "../lib/statistics.ts";
import { inTurns } from "../lib/turns.ts";
import { measure } from "../lib/usage.ts";

const VIDEOS = 300_000;
const PAGE = 50;
/** One page a turn and many turns: a page takes milliseconds, and a busy machine is not so evenly. */
const TURNS_A_RUN = 60;
/** Of a page that its neighbours on either side are there for. */
const DEPTH = VIDEOS - 1000;

/** `GET /videos` far down a long list, against its first page: a cursor costs the same everywhere. */
export const list: Bar = {
  name: "list",
  title: `A page of ${PAGE} videos, ${DEPTH.toLocaleString("en-US")} down, against the first page`,
  async measure(bench) {
    bench.say(`seeding ${VIDEOS} videos`);
    const seeded = await seedVideos(await bench.rig(), VIDEOS);
    const api = await startServer("./app-server.ts");
    try {
      const urls = {
        first: `${api.url}/videos?limit=${PAGE}`,
        deep: `${api.url}/videos?limit=${PAGE}&cursor=${await seeded.cursorAt(DEPTH)}`,
      };
      for (let warm = 0; warm < TURNS_A_RUN; warm++) await millisecondsFor(urls.first);
      const before = await rowsRead(seeded);
      const turns = bench.runs * TURNS_A_RUN;
      const times = await inTurns(["first", "deep"], turns, (name) => millisecondsFor(urls[name]));
      const rowsPerPage = ((await rowsRead(seeded)) - before) / (2 * turns);
      return figuresOf(times, rowsPerPage, await offsetRatio(bench, seeded));
    } finally {
      api.stop();
      await seeded.close();
    }
  },
};

/** One request after the other on one connection, its answer read to the end. */
async function millisecondsFor(url: string): Promise<number> {
  const start = performance.now();
  const answer = await fetch(url);
  const { data } = (await answer.json()) as { data: unknown[] };
  if (data.length !== PAGE) throw new Error(`${url} answered ${data.length} videos.`);
  return performance.now() - start;
}

function figuresOf(
  { first, deep }: Record<"first" | "deep", number[]>,
  rowsPerPage: number,
  offset: number,
): Figure[] {
  return [
    {
      what: "time of the deep page / of the first",
      value: pairedRatio(deep, first).value,
      unit: "ratio",
      goal: { atMost: 2 },
      note: `OFFSET in the same database: ${offset.toFixed(0)}`,
    },
    {
      what: "rows of videos that the database reads for a page",
      value: rowsPerPage,
      unit: "count",
      goal: { atMost: 2 * (PAGE + 1) },
      note: "counting them all would read every one",
    },
    { what: "time of the first page", value: median(first), unit: "ms" },
    { what: "time of the deep page", value: median(deep), unit: "ms" },
  ];
}

/**
 * Of the table and of its indexes, as PostgreSQL counts them: with up to a second of delay, and what this connection has
 * read itself for the seeding no later than now.
 */
async function rowsRead({ sql }: Seeded): Promise<number> {
  await sql`select pg_stat_force_next_flush()`;
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const [row] = await sql<{ read: string }[]>`
    select (select seq_tup_read from pg_stat_user_tables where relname = 'videos')
      + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'videos') as read`;
  return Number(row?.read);
}

/** The same page by OFFSET, as most do it. */
async function offsetRatio({ runs }: Bench, { sql }: Seeded): Promise<number> {
  const page = (offset: number) => sql`
    select * from videos where deleted_at is null order by created_at desc, id desc limit ${PAGE} offset ${offset}`;
  const time = async (offset: number) => (await measure(async () => page(offset))).wallSeconds;
  await time(0);
  const { first, deep } = await inTurns(["first", "deep"], runs, (name) => time(name === "deep" ? DEPTH : 0));
  return pairedRatio(deep, first).value;
}
