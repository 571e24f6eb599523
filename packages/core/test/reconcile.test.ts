import "./support/services.ts";
import { beforeEach, expect, test } from "vitest";
import { reconcile } from "../src/reconcile/reconcile.ts";
import { outputPrefix, sourceKey, taskInputKey } from "../src/storage/keys.ts";
import { receive } from "../src/upload/receive.ts";
import { cancel, remove } from "../src/video/lifecycle.ts";
import { current } from "../src/video/video.ts";
import { fakeBucket, fakeWorkflow, type FakeBucket, type FakeWorkflow } from "./support/aws.ts";
import { rows } from "./support/rows.ts";
import { arrival, processingVideo, waitingVideo } from "./support/video.ts";

let bucket: FakeBucket;
let workflow: FakeWorkflow;

beforeEach(async () => {
  bucket = fakeBucket();
  workflow = fakeWorkflow();
  // Each test looks at its own videos only.
  await rows("truncate videos, idempotency_keys cascade");
});

const later = (minutes: number) => new Date(Date.now() + minutes * 60_000);

test("a source whose event was lost is processed", async () => {
  const videoId = await waitingVideo();
  bucket.put(sourceKey(videoId), "video");
  expect(await reconcile(later(1))).toMatchObject({ uploads: 0 });
  expect(await reconcile(later(3))).toMatchObject({ uploads: 1 });
  expect(await current(videoId)).toMatchObject({ phase: "queued", sizeBytes: 5 });
  expect(workflow.executions.get(`${videoId}-1`)).toBe("RUNNING");
});

test("an upload that never came fails when its URL has expired, not before", async () => {
  const videoId = await waitingVideo({ multipart: true });
  await reconcile(later(59));
  expect(await current(videoId)).toMatchObject({ status: "waiting" });
  await reconcile(later(62));
  expect(await current(videoId)).toMatchObject({ status: "failed", failure: { code: "source_missing" } });
  expect(bucket.uploads.size).toBe(0);
});

test("an execution that was owed and not started is started", async () => {
  const videoId = await waitingVideo();
  await receive(arrival(sourceKey(videoId)));
  expect(await reconcile(later(3))).toMatchObject({ starts: 1 });
  expect(workflow.executions.get(`${videoId}-1`)).toBe("RUNNING");
  expect(await reconcile(later(3))).toMatchObject({ starts: 0 });
});

test.each([
  ["FAILED", "processing_failed"],
  ["ABORTED", "processing_failed"],
  ["TIMED_OUT", "processing_timed_out"],
  ["SUCCEEDED", "processing_failed"],
] as const)("a video whose execution is %s without a word failed: %s", async (status, code) => {
  const { videoId } = await processingVideo();
  workflow.executions.set(`${videoId}-1`, status);
  expect(await reconcile(later(3))).toMatchObject({ executions: 1 });
  expect(await current(videoId)).toMatchObject({ status: "failed", failure: { code } });
});

test("a video whose execution nobody knows failed", async () => {
  const { videoId } = await processingVideo();
  workflow.executions.clear();
  await reconcile(later(3));
  expect(await current(videoId)).toMatchObject({ status: "failed", failure: { code: "processing_failed" } });
});

test("a video whose execution runs is left alone", async () => {
  const { videoId } = await processingVideo();
  expect(await reconcile(later(3))).toMatchObject({ executions: 0 });
  expect(await current(videoId)).toMatchObject({ status: "processing" });
});

test("what a canceled attempt left behind is deleted when its task must have ended", async () => {
  const attempt = await processingVideo();
  await cancel(attempt.videoId);
  const left = [`${outputPrefix(attempt)}720p/00000.m4s`, taskInputKey(attempt)];
  for (const key of [...left, sourceKey(attempt.videoId)]) bucket.put(key, "x");
  expect(await reconcile(later(5))).toMatchObject({ leftovers: 0 });
  expect(await reconcile(later(11))).toMatchObject({ leftovers: 1 });
  expect([...bucket.objects.keys()]).toEqual([sourceKey(attempt.videoId)]);
  expect(await reconcile(later(12))).toMatchObject({ leftovers: 0 });
});

test("a removed video leaves neither row nor file, even if its task went on writing", async () => {
  const attempt = await processingVideo();
  await remove(attempt.videoId);
  bucket.put(`${outputPrefix(attempt)}720p/9.m4s`, "late");
  expect(await reconcile(later(11))).toMatchObject({ removals: 1 });
  expect(bucket.objects.size).toBe(0);
  expect(await rows("select id from videos where id = $1", [attempt.videoId])).toEqual([]);
  expect(
    await rows("select count(*)::int as events from events where video_id = $1", [attempt.videoId]),
  ).not.toEqual([{ events: 0 }]);
});

test("one case that cannot be put right does not keep the others", async () => {
  const [first, second] = [await processingVideo(), await processingVideo()];
  bucket.objects.clear();
  workflow.executions.set(`${second.videoId}-1`, "FAILED");
  const status = workflow.executions.get.bind(workflow.executions);
  workflow.executions.get = (name) => {
    if (name === `${first.videoId}-1`) throw new Error("throttled");
    return status(name);
  };
  expect(await reconcile(later(3))).toMatchObject({ executions: 1 });
  expect(await current(second.videoId)).toMatchObject({ status: "failed" });
});

test("a job ends with its video when the news of its end was lost", async () => {
  const attempt = await processingVideo();
  await rows("update videos set status = 'canceled' where id = $1", [attempt.videoId]);
  workflow.executions.set(`${attempt.videoId}-1`, "ABORTED");
  await reconcile(later(3));
  expect(await rows("select status from jobs where video_id = $1", [attempt.videoId])).toEqual([
    { status: "failed" },
  ]);
});
