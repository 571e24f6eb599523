import "./support/services.ts";
import { beforeEach, expect, test } from "vitest";
import type { Failure } from "../src/error.ts";
import * as metadata from "../src/metadata/metadata.ts";
import { outputPrefix, sourceKey, type Attempt } from "../src/storage/keys.ts";
import { receive } from "../src/upload/receive.ts";
import { cancel, remove, retry } from "../src/video/lifecycle.ts";
import { fail, findReady, publish, type Publication } from "../src/video/outcome.ts";
import { enterPhase } from "../src/video/phase.ts";
import { current, fromId } from "../src/video/video.ts";
import { fakeBucket, fakeWorkflow, type FakeBucket, type FakeWorkflow } from "./support/aws.ts";
import { journal, rows } from "./support/rows.ts";
import { arrival, processingVideo, readyResult, waitingVideo } from "./support/video.ts";

let bucket: FakeBucket;
let workflow: FakeWorkflow;

beforeEach(() => {
  bucket = fakeBucket();
  workflow = fakeWorkflow();
});

const failure: Failure = { code: "processing_failed", message: "Processing failed on our side. Try again." };

function publicationOf(attempt: Attempt): Publication {
  const { source, renditions } = readyResult(attempt);
  return {
    ...{ ...attempt, source },
    hlsKey: `${outputPrefix(attempt)}master.m3u8`,
    dashKey: `${outputPrefix(attempt)}manifest.mpd`,
    storyboardKey: `${outputPrefix(attempt)}storyboard.vtt`,
    ...{ thumbnailCount: 4, thumbnailSeconds: 2 },
    droppedRungs: [],
    posterKey: `${outputPrefix(attempt)}poster.jpg`,
    renditions: renditions.map(({ name, width, height, frameRate, codecs }) => ({
      ...{ name, width, height, frameRate, codecs, bandwidth: 2, averageBandwidth: 1, sizeBytes: 60_010 },
      ...{ segmentCount: 2, playlistKey: `${name}/index.m3u8` },
    })),
  };
}

test("a video goes from its upload to its renditions, and the journal tells it", async () => {
  const attempt = await processingVideo();
  const { outcome } = await publish(publicationOf(attempt));
  expect(outcome).toBe("published");
  const video = await fromId(attempt.videoId);
  expect(video).toMatchObject({
    status: "ready",
    phase: "done",
    durationSeconds: 8,
    width: 1280,
    height: 720,
  });
  expect(video.renditions.map(({ name }) => name)).toEqual(["720p", "360p"]);
  expect(
    await rows("select kind, codec from tracks where video_id = $1 order by index", [attempt.videoId]),
  ).toEqual([
    { kind: "video", codec: "h264" },
    { kind: "audio", codec: "aac" },
  ]);
  expect(await rows("select status from jobs where video_id = $1", [attempt.videoId])).toEqual([
    { status: "succeeded" },
  ]);
  expect(await journal(attempt.videoId)).toEqual([
    ...["video.created", "source.uploaded", "job.started", "phase.entered", "video.ready"],
  ]);
});

test("what people look for in a source stands in columns", async () => {
  const attempt = await processingVideo();
  await publish(publicationOf(attempt));
  const columns = [
    "rotation, constant_frame_rate, interlaced, hdr, color_primaries, color_transfer, color_matrix, color_range",
    "bit_depth, integrated_lufs, loudness_range_lu, true_peak_dbtp, audio_track_count, audio_languages",
    "captions, chapter_count, scene_cut_count",
  ].join();
  expect(await rows(`select ${columns} from videos where id = $1`, [attempt.videoId])).toEqual([
    {
      ...{ rotation: 0, constant_frame_rate: true, interlaced: true, hdr: "hlg", color_primaries: "bt2020" },
      ...{ color_transfer: "arib-std-b67", color_matrix: "bt2020nc", color_range: "limited", bit_depth: 10 },
      ...{ integrated_lufs: -19.5, loudness_range_lu: 6.1, true_peak_dbtp: -1.2 },
      ...{ audio_track_count: 1, audio_languages: ["de"], captions: false },
      ...{ chapter_count: 1, scene_cut_count: 2 },
    },
  ]);
  const track = "language, title, is_default, is_forced, channel_layout";
  const where = "where video_id = $1 and index = 1";
  expect(await rows(`select ${track} from tracks ${where}`, [attempt.videoId])).toEqual([
    { language: "ger", title: "Ton", is_default: true, is_forced: false, channel_layout: "stereo" },
  ]);
});

test("what an earlier version stored of a source is still read", async () => {
  const attempt = await processingVideo();
  await publish(publicationOf(attempt));
  const added = "{color,loudness,sceneCuts,chapters,closedCaptions,interlaced,fieldOrder}";
  const old = `probe - '${added}'::text[] #- '{tracks,0,title}' #- '{tracks,0,isDefault}'`;
  await rows(`update videos set probe = ${old} where id = $1`, [attempt.videoId]);
  expect((await metadata.fromId(attempt.videoId)).source).toMatchObject({
    ...{ videoCodec: "h264", color: null, loudness: null, chapters: [], interlaced: null },
    tracks: [{ kind: "video", title: null, isDefault: false }, { kind: "audio" }],
  });
});

test("a second publication of the attempt changes nothing and says the same", async () => {
  const attempt = await processingVideo();
  const first = await publish(publicationOf(attempt));
  const before = await rows("select * from videos where id = $1", [attempt.videoId]);
  const second = await publish(publicationOf(attempt));
  expect(second).toEqual(first);
  expect(await findReady(attempt)).toEqual(first.outcome === "published" && first.message);
  expect(await rows("select * from videos where id = $1", [attempt.videoId])).toEqual(before);
});

test("work of an older attempt changes nothing", async () => {
  const old = await processingVideo();
  bucket.put(sourceKey(old.videoId), "video");
  await fail(old, failure);
  await retry(old.videoId);
  await enterPhase({ ...old, attempt: 2, phase: "encoding" });
  const before = await rows("select * from videos where id = $1", [old.videoId]);
  expect(await enterPhase({ ...old, phase: "encoding" })).toBe(false);
  expect(await publish(publicationOf(old))).toEqual({ outcome: "superseded" });
  expect(await fail(old, failure)).toMatchObject({ type: "video.superseded", error: { code: "superseded" } });
  expect(await rows("select * from videos where id = $1", [old.videoId])).toEqual(before);
});

test("a failure is said the same way twice, and does not touch a video that is ready", async () => {
  const attempt = await processingVideo();
  const first = await fail(attempt, failure);
  expect(first).toMatchObject({
    type: "video.failed",
    status: "failed",
    error: { ...failure, retryable: true },
  });
  expect(await fail(attempt, { code: "start_failed", message: "another" })).toEqual(first);

  const ready = await processingVideo();
  await publish(publicationOf(ready));
  expect(await fail(ready, failure)).toMatchObject({ type: "video.superseded", status: "ready" });
  expect(await fromId(ready.videoId)).toMatchObject({ status: "ready", failure: null });
});

test("nothing enters a phase after a cancel, and the execution is stopped", async () => {
  const attempt = await processingVideo();
  expect(await cancel(attempt.videoId)).toMatchObject({ status: "canceled", phase: "done" });
  expect(await cancel(attempt.videoId)).toMatchObject({ status: "canceled" });
  expect(workflow.executions.get(`${attempt.videoId}-1`)).toBe("ABORTED");
  expect(await enterPhase({ ...attempt, phase: "encoding" })).toBe(false);
  expect(await publish(publicationOf(attempt))).toEqual({ outcome: "superseded" });
  expect(await fail(attempt, failure)).toMatchObject({ type: "video.canceled", error: { code: "canceled" } });
  expect((await journal(attempt.videoId)).filter((type) => type === "video.canceled")).toHaveLength(1);
});

test("of a cancel and a publication at the same time exactly one wins, every time", async () => {
  const outcomes = new Set<string>();
  for (let round = 0; round < 30; round += 1) {
    const attempt = await processingVideo();
    const [canceled, published] = await Promise.allSettled([
      cancel(attempt.videoId),
      publish(publicationOf(attempt)),
    ]);
    if (published.status === "rejected") throw published.reason;
    const { status, renditions } = await current(attempt.videoId);
    outcomes.add(status);
    expect(canceled.status).toBe(status === "canceled" ? "fulfilled" : "rejected");
    expect(published.value.outcome).toBe(status === "ready" ? "published" : "superseded");
    expect(renditions).toHaveLength(status === "ready" ? 2 : 0);
    const ends = (await journal(attempt.videoId)).filter((type) => /ready|canceled/.test(String(type)));
    expect(ends).toEqual([`video.${status}`]);
  }
  expect([...outcomes].every((status) => status === "ready" || status === "canceled")).toBe(true);
});

test("a retry begins a new attempt with an execution of its own", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), "video");
  await fail(attempt, failure);
  expect(await retry(attempt.videoId)).toMatchObject({
    status: "waiting",
    phase: "queued",
    attempt: 2,
    failure: null,
  });
  expect(workflow.executions.get(`${attempt.videoId}-2`)).toBe("RUNNING");
  expect(await enterPhase({ ...attempt, attempt: 2, phase: "inspecting" })).toBe(true);
  await expect(retry(attempt.videoId)).rejects.toMatchObject({ code: "video_not_retryable" });
});

test("a retry without a source in the bucket is refused, and changes nothing", async () => {
  const attempt = await processingVideo();
  await fail(attempt, failure);
  await expect(retry(attempt.videoId)).rejects.toMatchObject({ kind: "conflict", code: "source_missing" });
  expect(await fromId(attempt.videoId)).toMatchObject({ status: "failed", attempt: 1 });
});

test("a retry while Step Functions is away leaves a job that is owed", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), "video");
  await fail(attempt, failure);
  workflow.breakDown();
  await retry(attempt.videoId);
  expect(
    await rows("select status from jobs where video_id = $1 and attempt = 2", [attempt.videoId]),
  ).toEqual([{ status: "starting" }]);
});

test("a video that is removed is gone for readers, with everything it had in the bucket", async () => {
  const attempt = await processingVideo();
  const other = await waitingVideo();
  for (const key of [
    sourceKey(attempt.videoId),
    `${outputPrefix(attempt)}720p/00000.m4s`,
    sourceKey(other),
  ]) {
    bucket.put(key, "x");
  }
  await fromId(attempt.videoId);
  await remove(attempt.videoId);
  await expect(fromId(attempt.videoId)).rejects.toMatchObject({ code: "video_not_found" });
  await expect(remove(attempt.videoId)).rejects.toMatchObject({ code: "video_not_found" });
  expect([...bucket.objects.keys()]).toEqual([sourceKey(other)]);
  expect(workflow.executions.get(`${attempt.videoId}-1`)).toBe("ABORTED");
  expect(await enterPhase({ ...attempt, phase: "encoding" })).toBe(false);
  expect(await receive(arrival(sourceKey(attempt.videoId), "late"))).toBeNull();
});

test("a video that is ready can be removed, but not canceled", async () => {
  const attempt = await processingVideo();
  await publish(publicationOf(attempt));
  await expect(cancel(attempt.videoId)).rejects.toMatchObject({ code: "video_not_cancelable" });
  await remove(attempt.videoId);
  await expect(fromId(attempt.videoId)).rejects.toMatchObject({ code: "video_not_found" });
});
