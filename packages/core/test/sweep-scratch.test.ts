import "./support/services.ts";
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdLease, lastHeldAt, scratchFolder } from "../src/scratch/lease.ts";
import type { Attempt } from "../src/storage/keys.ts";
import { sweepScratch } from "../src/sweep/scratch.ts";
import { createId } from "../src/util/id.ts";
import { cancel } from "../src/video/lifecycle.ts";
import { fakeBucket, fakeWorkflow } from "./support/aws.ts";
import { processingVideo } from "./support/video.ts";

let root: string;

beforeEach(async () => {
  fakeBucket();
  fakeWorkflow();
  root = await mkdtemp(join(tmpdir(), "scratch-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(root, { recursive: true, force: true });
});

const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

/** What a task of this attempt would have written before it was killed. */
async function leave(attempt: Attempt): Promise<string> {
  const folder = scratchFolder(root, attempt);
  const lease = await holdLease(folder, (error) => {
    throw error;
  });
  lease.release();
  await mkdir(join(folder, "chunks"));
  await writeFile(join(folder, "chunks", "0.mkv"), "half of it");
  return folder;
}

/** A video whose attempt is over, and what it has left. */
async function ended(): Promise<Attempt> {
  const attempt = await processingVideo();
  await cancel(attempt.videoId);
  await leave(attempt);
  return attempt;
}

test("what 20 killed tasks have left is gone two hours after their last sign of life, and the disk is empty", async () => {
  for (let count = 0; count < 20; count++) await ended();
  expect(await sweepScratch(root, later(119))).toEqual({ removed: 0, kept: 20, failed: 0, unknown: 0 });
  expect(await sweepScratch(root, later(121))).toEqual({ removed: 20, kept: 0, failed: 0, unknown: 0 });
  expect(await readdir(root)).toEqual([]);
});

test("the folder of a job that is under way stays, however long nobody has held it", async () => {
  const attempt = await processingVideo();
  await leave(attempt);
  expect(await sweepScratch(root, later(24 * 60))).toMatchObject({ removed: 0, kept: 1 });
});

test("a folder that a task holds stays, whatever the database says", async () => {
  const attempt = await ended();
  const day = later(24 * 60);
  // As renewed a minute before the sweep.
  await utimes(join(scratchFolder(root, attempt), ".lease"), day, new Date(day.getTime() - 60_000));
  expect(await sweepScratch(root, day)).toMatchObject({ removed: 0, kept: 1 });
});

test("an older attempt's folder goes while the newer one's stays", async () => {
  const { videoId } = await processingVideo();
  await leave({ videoId, attempt: 1 });
  await leave({ videoId, attempt: 7 });
  expect(await sweepScratch(root, later(121))).toEqual({ removed: 1, kept: 1, failed: 0, unknown: 0 });
  expect(await readdir(join(root, videoId))).toEqual(["1"]);
});

test("a folder of a video that does not exist goes, too, and one that was never held", async () => {
  const folder = scratchFolder(root, { videoId: createId("video"), attempt: 1 });
  await mkdir(folder, { recursive: true });
  expect(await sweepScratch(root, later(119))).toMatchObject({ removed: 0, kept: 1 });
  expect(await sweepScratch(root, later(121))).toMatchObject({ removed: 1 });
});

test("what no task can have made is counted and left alone", async () => {
  const { videoId } = await ended();
  await writeFile(join(root, "notes.txt"), "of an operator");
  await mkdir(join(root, videoId, "logs"));
  expect(await sweepScratch(root, later(121))).toEqual({ removed: 1, kept: 0, failed: 0, unknown: 2 });
  expect((await readdir(root)).sort()).toEqual(["notes.txt", videoId].sort());
});

test("a file system that nobody has written to yet is empty, not broken", async () => {
  expect(await sweepScratch(join(root, "none"))).toEqual({ removed: 0, kept: 0, failed: 0, unknown: 0 });
});

test("a lease makes the folder and is renewed every minute until it is released", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  const folder = scratchFolder(root, { videoId: createId("video"), attempt: 1 });
  const lease = await holdLease(folder, (error) => {
    throw error;
  });
  const long = new Date(Date.now() - 3600_000);
  await utimes(join(folder, ".lease"), long, long);
  vi.advanceTimersByTime(59_000);
  expect(await lastHeldAt(folder)).toEqual(long);
  vi.advanceTimersByTime(1000);
  await vi.waitFor(async () => {
    expect((await lastHeldAt(folder)).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });
  lease.release();
  await utimes(join(folder, ".lease"), long, long);
  vi.advanceTimersByTime(600_000);
  expect(vi.getTimerCount()).toBe(0);
  expect(await lastHeldAt(folder)).toEqual(long);
});
