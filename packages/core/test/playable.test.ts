import "./support/services.ts";
import { beforeEach, expect, test } from "vitest";
import { outputPrefix, type Attempt } from "../src/storage/keys.ts";
import { cancel, retry } from "../src/video/lifecycle.ts";
import { fail } from "../src/video/outcome.ts";
import { enterPhase } from "../src/video/phase.ts";
import { makePlayable, playedBy } from "../src/video/playable.ts";
import { fromId } from "../src/video/video.ts";
import { fakeBucket, fakeWorkflow } from "./support/aws.ts";
import { sourceKey } from "../src/storage/keys.ts";
import { processingVideo } from "./support/video.ts";

beforeEach(() => {
  fakeWorkflow();
});

const playlist = (attempt: Attempt) => ({ ...attempt, hlsKey: `${outputPrefix(attempt)}growing.m3u8` });

test("a video that can be played says since when, and goes on being made", async () => {
  const attempt = await processingVideo();
  expect(await makePlayable(playlist(attempt))).toBe(true);
  const video = await fromId(attempt.videoId);
  expect(video).toMatchObject({ status: "playable", hlsKey: playlist(attempt).hlsKey, readyAt: null });
  expect(Date.parse(video.playableAt ?? "")).toBeLessThanOrEqual(Date.now());
  expect(video.secondsToPlayable).toBeGreaterThanOrEqual(0);
  expect(video.secondsToPlayable).toBeLessThan(60);
  expect(await enterPhase({ ...attempt, phase: "verifying" })).toBe(true);
  expect(await fromId(attempt.videoId)).toMatchObject({ status: "playable", phase: "verifying" });
});

test("the first playlist of an attempt counts", async () => {
  const attempt = await processingVideo();
  await makePlayable(playlist(attempt));
  expect(await makePlayable({ ...attempt, hlsKey: `${outputPrefix(attempt)}other.m3u8` })).toBe(false);
  expect((await fromId(attempt.videoId)).hlsKey).toBe(playlist(attempt).hlsKey);
});

test("an attempt that is no longer the video's makes nothing playable", async () => {
  const bucket = fakeBucket();
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), "x");
  await fail(attempt, { code: "processing_failed", message: "It failed." });
  await retry(attempt.videoId);
  expect(await makePlayable(playlist(attempt))).toBe(false);
  expect(await fromId(attempt.videoId)).toMatchObject({ status: "waiting", hlsKey: null });
});

test.each([
  ["fails", (attempt: Attempt) => fail(attempt, { code: "processing_failed", message: "It failed." })],
  ["is canceled", ({ videoId }: Attempt) => cancel(videoId)],
])("what could be played of a video that %s cannot be played any more", async (_, end) => {
  fakeBucket();
  const attempt = await processingVideo();
  await makePlayable(playlist(attempt));
  await end(attempt);
  expect(await fromId(attempt.videoId)).toMatchObject({ hlsKey: null, playableAt: null });
});

test("what a video can be played by is told to the attempt that it belongs to", async () => {
  const attempt = await processingVideo();
  expect(await playedBy(attempt)).toBeNull();
  await makePlayable(playlist(attempt));
  expect(await playedBy(attempt)).toBe(playlist(attempt).hlsKey);
  expect(await playedBy({ ...attempt, attempt: attempt.attempt + 1 })).toBeNull();
});
