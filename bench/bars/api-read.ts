import type { Bar, Bench, Figure } from "../bar.ts";
import { seedVideos } from "../api/seed.ts";
import { type Loaded, type MeasuredServer, startServer } from "../api/server.ts";
import { middle, pairedRatio } from "../lib/statistics.ts";
import { inTurns } from "../lib/turns.ts";

const SECONDS = 2;
const CONNECTIONS = 32;
const VIDEOS = 20_000;
/** Few enough to be in Redis all the time, many enough that hardly two readers ask for one at once. */
const KEPT_VIDEOS = 1000;

/** Ways of reading one video, and what each is held to: the requests that the same CPU time answers, against bare Node.js. */
const PATHS = {
  hot: { what: "one video that everybody reads", atLeast: 0.5 },
  notModified: { what: "one that the reader has (304)", atLeast: 0.9 },
  redis: { what: "any of a thousand, from Redis", atLeast: 0.36 },
  database: { what: "any, from PostgreSQL", atLeast: 0.22 },
} as const;
type Path = keyof typeof PATHS;
const NAMES = Object.keys(PATHS) as Path[];

/** `GET /videos/{id}` of the real API, with real Redis and PostgreSQL, against an HTTP server that only sends bytes. */
export const apiRead: Bar = {
  name: "api-read",
  title: "Reading one video through the API, against bare node:http",
  async measure(bench) {
    const rig = await bench.rig();
    const seeded = await seedVideos(rig, VIDEOS);
    const ids = (await seeded.sql<{ id: string }[]>`select id from videos order by created_at desc`).map(
      ({ id }) => id,
    );
    await seeded.close();
    const api = await startServer("./app-server.ts");
    try {
      const answer = await fetch(`${api.url}/videos/${ids[0]}`);
      const raw = await startServer("./raw-server.ts", [await answer.text()]);
      try {
        return figuresOf(await measure(bench, { api, raw }, ids, answer.headers.get("etag") ?? ""));
      } finally {
        raw.stop();
      }
    } finally {
      api.stop();
    }
  },
};

type Measured = Record<Path | "raw", Loaded[]>;

async function measure(
  { runs, say }: Bench,
  { api, raw }: Record<"api" | "raw", MeasuredServer>,
  ids: readonly string[],
  etag: string,
): Promise<Measured> {
  let next = 0;
  const path = (index: number) => `/videos/${ids[index % ids.length]}`;
  const loads: Record<Path | "raw", () => Promise<Loaded>> = {
    raw: () => raw.load({ ...LOAD, path: () => path(0) }),
    hot: () => api.load({ ...LOAD, path: () => path(0) }),
    notModified: () =>
      api.load({ ...LOAD, status: 304, headers: { "if-none-match": etag }, path: () => path(0) }),
    redis: () => api.load({ ...LOAD, path: () => path(next++ % KEPT_VIDEOS) }),
    // Each is asked for once while an entry of it could last.
    database: () =>
      api.load({ ...LOAD, path: () => path(KEPT_VIDEOS + (next++ % (ids.length - KEPT_VIDEOS))) }),
  };
  for (const warm of ["redis", "raw"] as const) await loads[warm]();
  return inTurns(["raw", ...NAMES], runs, async (name) => {
    const loaded = await loads[name]();
    say(
      `${name}: ${Math.round(loaded.perSecond)}/s, ${loaded.cpuMicroseconds.toFixed(0)} µs of CPU a request`,
    );
    return loaded;
  });
}

const LOAD = { seconds: SECONDS, connections: CONNECTIONS, status: 200 };

function figuresOf(measured: Measured): Figure[] {
  const cpu = (name: Path | "raw") => measured[name].map(({ cpuMicroseconds }) => cpuMicroseconds);
  return [
    ...NAMES.map((name): Figure => {
      const { what, atLeast } = PATHS[name];
      const perSecond = pairedRatio(
        measured[name].map((loaded) => loaded.perSecond),
        measured.raw.map((loaded) => loaded.perSecond),
      );
      return {
        what: `${what}: requests by the same CPU time / bare`,
        ...pairedRatio(cpu("raw"), cpu(name)),
        unit: "ratio",
        goal: { atLeast },
        note: `requests a second / bare: ${perSecond.value.toFixed(2)}`,
      };
    }),
    {
      what: PATHS.hot.what,
      ...middle(cpu("hot")),
      unit: "us",
      goal: { atMost: 40 },
      note: "CPU of one request",
    },
    { what: PATHS.redis.what, ...middle(cpu("redis")), unit: "us" },
    { what: PATHS.database.what, ...middle(cpu("database")), unit: "us" },
    { what: "bare node:http", ...middle(cpu("raw")), unit: "us" },
    {
      what: "99th percentile of the latency / median, from Redis",
      ...middle(measured.redis.map(({ p99Ms, p50Ms }) => p99Ms / Math.max(p50Ms, 1))),
      unit: "ratio",
      goal: { atMost: 4 },
    },
  ];
}
