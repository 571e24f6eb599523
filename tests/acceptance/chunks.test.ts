import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, inject, it, onTestFinished } from "vitest";
import { interrupt, newDataFolder, removeFolder, start } from "./support/app.ts";
import { get, removeUploads, settled, uploadFile, type Video } from "./support/client.ts";
import { decode, probe, testClip, variantsOf } from "./support/media.ts";
import { onlyOnThisMachine, SETTLED_WITHIN_MS } from "./support/target.ts";
import { until } from "./support/until.ts";

const baseUrl = inject("baseUrl");
const LONG = { timeout: 300_000 };

afterAll(() => removeUploads(baseUrl));

/** Three minutes and a bit, from where on several tasks are worth their start; few frames, so that a test has the time. */
const SECONDS = 186;
const FRAMES = SECONDS * 10;
const longClip = () => testClip("three-minutes.mp4", "854x480", "10", SECONDS);

interface Shown extends Video {
  readonly plan: { readonly mode: string; readonly chunkCount: number };
  readonly usage: { readonly taskStarts: number };
}

/** All renditions decode to the frame, at the same cuts, and the sound lasts as long. */
async function expectWhole(video: Shown) {
  expect(video).toMatchObject({ status: "ready", error: null, plan: { mode: "chunked" } });
  expect(video.plan.chunkCount).toBeGreaterThan(1);
  expect(Math.abs((video.durationSeconds ?? 0) - SECONDS)).toBeLessThan(0.05);
  const hls = video.playback.hls ?? "";
  const variants = await variantsOf(hls);
  const cuts = await Promise.all(variants.map(({ url }) => lengthsOf(url)));
  expect(variants.length).toBeGreaterThan(1);
  for (const [index, { url }] of variants.entries()) {
    expect(await decode(url)).toMatchObject({ frames: FRAMES, complaints: "" });
    // Two short ones to begin with, then four seconds each.
    expect(cuts[index]).toEqual([2, 2, ...Array<number>(45).fill(4), 2]);
  }
  const sound = (await probe(hls, ["-select_streams", "a:0", "-count_frames"])).streams[0];
  // A frame of AAC is 1,024 samples of 48,000 a second.
  expect(Math.abs((Number(sound?.nb_read_frames) * 1024) / 48_000 - SECONDS)).toBeLessThan(0.1);
}

/** Of its segments, in seconds. */
async function lengthsOf(playlist: string): Promise<number[]> {
  const text = await (await fetch(playlist)).text();
  return [...text.matchAll(/^#EXTINF:([\d.]+)/gm)].map(([, seconds]) => Number(seconds));
}

const shown = async (url: string, id: string) => (await get(`${url}/videos/${id}`)).body as Shown;

/** The ffmpegs that are amid the pictures of a part, in a folder below this one. */
function encodersBelow(folder: string): number[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8");
      if (!/ffmpeg\0.*libx264.*storyboard\/part-/s.test(words)) return false;
      const place = readlinkSync(`/proc/${pid}/cwd`);
      return place.startsWith(folder) && existsSync(join(place, "out", "480p", "f00001.m4s"));
    } catch {
      return false; // it has ended meanwhile
    }
  });
}

describe("a long video", () => {
  it("is made by several tasks as one stream, and its progress only grows", LONG, async () => {
    const id = await uploadFile(baseUrl, await longClip());
    const told: number[] = [];
    const video = await until(
      "the end of the video",
      async () => {
        const now = await shown(baseUrl, id);
        told.push(now.progress);
        return ["ready", "failed"].includes(now.status) ? now : undefined;
      },
      SETTLED_WITHIN_MS,
    );
    await expectWhole(video);
    expect(video.usage.taskStarts).toBe(video.plan.chunkCount);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(1);
  });
});

describe("a long video on one machine", () => {
  onlyOnThisMachine("kills a process of this machine");

  it("of which an encoder is killed amid its work is made to the same, by one task more", LONG, async () => {
    const data = newDataFolder();
    const app = await start(data);
    onTestFinished(async () => {
      await interrupt(app);
      removeFolder(data);
    });
    const id = await uploadFile(app.url, await longClip());
    process.kill(await until("an encoder amid its work", () => encodersBelow(data)[0], 60_000), "SIGKILL");
    await settled(app.url, id);
    const video = await shown(app.url, id);
    await expectWhole(video);
    expect(video.usage.taskStarts).toBe(video.plan.chunkCount + 1);
  });
});
