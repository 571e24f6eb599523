import "./support/services.ts";
import { beforeEach, expect, test } from "vitest";
import * as job from "../src/job/job.ts";
import { sourceKey } from "../src/storage/keys.ts";
import { receive } from "../src/upload/receive.ts";
import { cancel } from "../src/video/lifecycle.ts";
import { fail } from "../src/video/outcome.ts";
import { current, list } from "../src/video/video.ts";
import { fakeBucket, fakeWorkflow, type FakeWorkflow } from "./support/aws.ts";
import { journal, rows } from "./support/rows.ts";
import { arrival, processingVideo, waitingVideo } from "./support/video.ts";

let workflow: FakeWorkflow;

beforeEach(() => {
  fakeBucket();
  workflow = fakeWorkflow();
});

async function deliver(news: Parameters<typeof receive>[0]) {
  const owed = await receive(news);
  if (owed) await job.start(owed);
  return owed;
}

const jobsOf = (videoId: string) =>
  rows("select attempt, status from jobs where video_id = $1 order by attempt", [videoId]);

test("50 deliveries of one event at the same time give one job and one execution", async () => {
  const videoId = await waitingVideo();
  const news = arrival(sourceKey(videoId));
  await Promise.all(Array.from({ length: 50 }, () => deliver(news)));
  expect(await jobsOf(videoId)).toEqual([{ attempt: 1, status: "running" }]);
  expect([...workflow.executions.keys()]).toEqual([`${videoId}-1`]);
  expect((await journal(videoId)).filter((type) => type === "source.uploaded")).toHaveLength(1);
  expect(await current(videoId)).toMatchObject({ status: "waiting", phase: "queued", sizeBytes: 1000 });
});

test("50 deliveries for a file that was copied into the bucket give one video", async () => {
  const news = arrival("source/holiday/Zoë's film & more.MOV");
  await Promise.all(Array.from({ length: 50 }, () => deliver(news)));
  const { data } = await list({ q: "zoë's film" });
  expect(data).toMatchObject([
    { title: "Zoë's film & more", fileName: "Zoë's film & more.MOV", phase: "queued" },
  ]);
  expect([...workflow.executions.keys()]).toEqual([`${data[0]?.id}-1`]);
});

test("events in any order end with the last write, and older news starts nothing", async () => {
  const videoId = await waitingVideo();
  const [first, second] = [arrival(sourceKey(videoId), "old"), arrival(sourceKey(videoId), "new")];
  await deliver(second);
  expect(await deliver(first)).toBeNull();
  const [row] = await rows("select source_etag from videos where id = $1", [videoId]);
  expect(row).toEqual({ source_etag: "new" });
  expect(await jobsOf(videoId)).toHaveLength(1);
});

test("a delivery after a start that failed starts the execution", async () => {
  const videoId = await waitingVideo();
  const news = arrival(sourceKey(videoId));
  workflow.breakDown();
  await expect(deliver(news)).rejects.toThrow("away");
  workflow.recover();
  await deliver(news);
  expect(await jobsOf(videoId)).toEqual([{ attempt: 1, status: "running" }]);
});

test("a newer source of a video that failed begins another attempt", async () => {
  const { videoId, attempt } = await processingVideo();
  await fail({ videoId, attempt }, { code: "source_corrupt", message: "The file is damaged." });
  await deliver(arrival(sourceKey(videoId), "better"));
  expect(await current(videoId)).toMatchObject({ status: "waiting", attempt: 2, failure: null });
  expect(await jobsOf(videoId)).toEqual([
    { attempt: 1, status: "failed" },
    { attempt: 2, status: "running" },
  ]);
});

test("a second delivery after the attempt has failed does not begin another", async () => {
  const videoId = await waitingVideo();
  const news = arrival(sourceKey(videoId));
  await deliver(news);
  await fail({ videoId, attempt: 1 }, { code: "source_corrupt", message: "The file is damaged." });
  expect(await deliver(news)).toBeNull();
  expect(await current(videoId)).toMatchObject({ status: "failed", attempt: 1 });
});

test("a source that was found and then announced late is not tried twice", async () => {
  const videoId = await waitingVideo();
  const found = await receive({ key: sourceKey(videoId), etag: "same", sizeBytes: 1, sequencer: null });
  if (!found) throw new Error("A source that is found owes an execution.");
  await job.start(found);
  await fail(found, { code: "source_corrupt", message: "The file is damaged." });
  expect(await deliver(arrival(sourceKey(videoId), "same"))).toBeNull();
  expect(await current(videoId)).toMatchObject({ status: "failed", attempt: 1 });
});

test.each(["processing", "canceled"])(
  "a newer source of a video that is %s is noted and ignored",
  async (status) => {
    const { videoId } = await processingVideo();
    if (status === "canceled") await cancel(videoId);
    expect(await deliver(arrival(sourceKey(videoId), "newer"))).toBeNull();
    expect(await current(videoId)).toMatchObject({ status, attempt: 1 });
    expect((await journal(videoId)).at(-1)).toBe("source.ignored");
  },
);

test.each(["source/", "source/folder/"])("the folder marker %s is no video", async (key) => {
  expect(await deliver({ ...arrival(key), sizeBytes: 0 })).toBeNull();
});

test("a key of ours without a video is none either", async () => {
  expect(await deliver(arrival("source/vid_01h2xcejqtf2nbrexx3vqjhp41/original"))).toBeNull();
});
