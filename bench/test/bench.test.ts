import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { seedVideos } from "../api/seed.ts";
import { startServer } from "../api/server.ts";
import { openBench } from "../bench.ts";
import { openFootage, SAMPLE } from "../ladder/clip.ts";
import { encodesOf } from "../ladder/job.ts";
import { rateOf } from "../bars/progress.ts";
import { run } from "../lib/usage.ts";

/** That the benchmarks still measure what they say, whatever became of the app. How long things take is of no interest here. */
let bench: Awaited<ReturnType<typeof openBench>>;

beforeAll(async () => {
  const variants = ["job", "bare", "separate", "raw"] as const;
  bench = await openBench({ runs: 1, clipSeconds: 1, variants, say: () => undefined });
});
afterAll(() => bench.close());

it(
  "each way of encoding a ladder is measured, and the job has made and published every rung",
  { timeout: 180_000 },
  async () => {
    const { job, bare, separate, raw, chunked } = await bench.rounds();
    const { rungs } = await bench.ladder();
    for (const [usage] of [job, bare, separate, raw]) expect(usage?.cpuSeconds).toBeGreaterThan(0);
    expect(chunked).toEqual([]);
    const [first] = job;
    if (!first) throw new Error("no job");
    expect(first.made.renditions.map(({ name, width }) => [name, width])).toEqual(
      rungs.map(({ name, width }) => [name, width]),
    );
    expect(encodesOf(first)).toHaveLength(1);
    // The process of the worker alone is less than with all of its tools, and its tools are less than all.
    const tools = first.runs.reduce((total, { cpuSeconds }) => total + cpuSeconds, 0);
    expect(first.task.ownCpuSeconds + tools).toBeLessThanOrEqual(first.task.cpuSeconds * 1.05);
    expect(first.progressSeconds.length).toBeGreaterThan(0);
    expect(rateOf(first.progressSeconds)).toBeLessThanOrEqual(1);
    const { readOutput } = await import("../rig/video.ts");
    expect(Buffer.from(await readOutput(first.made, "master.m3u8")).toString()).toContain("#EXTM3U");
  },
);

it("footage is as long as its picture, and refused when it is too long or no video", async () => {
  const folder = await mkdtemp(join(tmpdir(), "telecine-bench-footage-"));
  try {
    const make = async (name: string, pictureSeconds: number, soundSeconds: number) => {
      const file = join(folder, name);
      const picture = ["-f", "lavfi", "-i", `color=s=32x32:r=5:d=${pictureSeconds}`];
      const sound = ["-f", "lavfi", "-i", `anullsrc=d=${soundSeconds}`];
      await run({ argv: ["ffmpeg", "-v", "error", ...picture, ...sound, "-c:v", "libx264", file] });
      return file;
    };
    expect(await openFootage(SAMPLE.file)).toEqual(SAMPLE);
    expect(await openFootage(await make("film.mp4", 2, 3))).toMatchObject({ seconds: 2 });
    await expect(openFootage(await make("long.mp4", 61, 1))).rejects.toThrow("at most 60 s");
    await writeFile(join(folder, "words.txt"), "words");
    await expect(openFootage(join(folder, "words.txt"))).rejects.toThrow("words.txt");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

it("videos that were seeded are the app's own: one by one, again with their ETag, and down the list", async () => {
  const seeded = await seedVideos(await bench.rig(), 4000);
  const api = await startServer("./app-server.ts");
  try {
    const url = `${api.url}/videos/${await seeded.idAt(7)}`;
    const one = await fetch(url);
    expect(await one.json()).toMatchObject({ title: "Video 7", status: "ready", renditions: { length: 5 } });
    const again = await fetch(url, { headers: { "if-none-match": one.headers.get("etag") ?? "" } });
    expect(again.status).toBe(304);
    const page = await fetch(`${api.url}/videos?limit=2&cursor=${await seeded.cursorAt(3000)}`);
    const { data } = (await page.json()) as { data: { title: string }[] };
    expect(data.map(({ title }) => title)).toEqual(["Video 3001", "Video 3002"]);
  } finally {
    api.stop();
    await seeded.close();
  }
});
