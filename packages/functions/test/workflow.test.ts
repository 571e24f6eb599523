import "./services.ts";
import { readFile } from "node:fs/promises";
import { beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { fromId as metadataOf } from "@telecine/core/metadata/metadata";
import {
  outputPrefix,
  partResultKey,
  sourceKey,
  taskInputKey,
  taskResultKey,
  usagePrefix,
  type Attempt,
} from "@telecine/core/storage/keys";
import { TaskInput } from "@telecine/core/task/contract";
import { cancel, retry } from "@telecine/core/video/lifecycle";
import { enterPhase } from "@telecine/core/video/phase";
import { fromId } from "@telecine/core/video/video";
import { handler as fail } from "../src/workflow/fail.ts";
import { handler as inspect } from "../src/workflow/inspect.ts";
import { makePlayable } from "@telecine/core/video/playable";
import { handler as publish } from "../src/workflow/publish.ts";
import { fakeBucket, fakeWorkflow, type FakeBucket } from "../../core/test/support/aws.ts";
import { clip, copied, cut } from "../../worker/test/clips.ts";
import { filesOf, processingVideo, readyResult } from "../../core/test/support/video.ts";

let bucket: FakeBucket;

beforeEach(() => {
  bucket = fakeBucket();
  fakeWorkflow();
});

const mp4 = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from("ftypisom\0\0\x02\0isomiso2"),
  Buffer.alloc(5000),
]);

/** What a task leaves in the bucket when all went well. */
function storeResult(attempt: Attempt) {
  const result = readyResult(attempt);
  for (const { key, sizeBytes } of filesOf(result))
    bucket.put(outputPrefix(attempt) + key, Buffer.alloc(sizeBytes));
  bucket.put(taskResultKey(attempt), JSON.stringify(result));
  return result;
}

/** What Step Functions hands to the step after a Catch. */
const caught = async (attempt: Attempt, step: Promise<unknown>) => {
  const error = await step.then(
    () => {
      throw new Error("The step should have failed.");
    },
    (reason: unknown) => reason as Error,
  );
  const Cause = JSON.stringify({ errorType: error.name, errorMessage: error.message });
  return { ...attempt, error: { Error: error.name, Cause } };
};

test("a source that may be a video becomes the input of a task", async () => {
  const attempt = await processingVideo();
  const { etag } = bucket.put(sourceKey(attempt.videoId), mp4);
  expect(await inspect(attempt)).toEqual({
    ...attempt,
    ...{ mode: "single", parts: 1, size: { cpu: "1024", memory: "2048", diskGb: 21 } },
  });
  expect(inputOf(attempt)).toMatchObject({
    ...attempt,
    source: { key: sourceKey(attempt.videoId), etag, sizeBytes: mp4.length },
    settings: { loudness: "keep" },
    // Nobody can tell its pictures: the task will.
    plan: { mode: "single", timing: null, chunks: [] },
  });
  const video = await fromId(attempt.videoId);
  expect(video).toMatchObject({ status: "processing", phase: "starting", durationSeconds: null });
  expect(video.plan).toMatchObject({ mode: "single", chunkCount: 0 });
});

const tenMinutes = () => copied("ten-minutes.mp4", "plain-hd.mp4", "-stream_loop 149 -i CLIP -c copy");

const inputOf = (attempt: Attempt) => TaskInput.parse(JSON.parse(bucket.text(taskInputKey(attempt))));

test("what the headers of a source say is shown before a task has looked into it", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), await readFile(await clip("fast.mp4")));
  await inspect(attempt);
  expect(await fromId(attempt.videoId)).toMatchObject({
    ...{ durationSeconds: 3, width: 320, height: 240, frameRate: "120/1" },
    plan: { mode: "single", reasons: [expect.stringMatching(/short/), expect.anything(), expect.anything()] },
  });
  expect(inputOf(attempt).plan?.timing).toEqual({ startSeconds: 0, frameRate: "60/1", frameCount: 180 });
});

test("a long video is planned in parts, and the state machine is told how many, and of what size", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), await readFile(await tenMinutes()));
  const output = await inspect(attempt);
  const plan = inputOf(attempt).plan;
  expect(plan?.mode).toBe("chunked");
  expect(plan?.chunks.reduce((sum, { frameCount }) => sum + frameCount, 0)).toBe(15_000);
  // What it is encoded in is decided for all parts at once.
  expect(inputOf(attempt).ladder?.rungs[0]).toMatchObject({ codec: "h264", reason: "top", crf: 23 });
  expect(output).toEqual({
    ...attempt,
    mode: "chunked",
    parts: plan?.chunks.length,
    size: { cpu: "1024", memory: "2048", diskGb: 21 },
  });
  expect(JSON.stringify(output).length).toBeLessThan(256);
  const shown = (await fromId(attempt.videoId)).plan;
  expect(shown).toMatchObject({ mode: "chunked", chunkCount: plan?.chunks.length, task: { vcpu: 1 } });
  expect(shown?.reasons.join(" ")).toMatch(/one for each chunk/);
});

test("an inspection that is repeated comes to the same", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), await readFile(await tenMinutes()));
  const first = await inspect(attempt);
  const input = bucket.text(taskInputKey(attempt));
  expect(await inspect(attempt)).toEqual(first);
  expect(bucket.text(taskInputKey(attempt))).toBe(input);
});

test("a video that would cost more than its limit is refused before a task starts, with figures", async () => {
  const attempt = await processingVideo({ fileName: "clip.mp4", settings: { maxCostUsd: 0.0001 } });
  bucket.put(sourceKey(attempt.videoId), await readFile(await clip("wide.mp4")));
  const input = await caught(attempt, inspect(attempt));
  expect(await fail(input)).toMatchObject({
    error: {
      code: "cost_limit_exceeded",
      retryable: false,
      message: expect.stringMatching(
        /about \$0\.00\d+, more than its limit of \$0\.0001\. Create it again/,
      ) as string,
    },
  });
  expect(bucket.keys("work/")).toEqual([]);
});

test("a stage's limit counts where it is lower than the video's", async () => {
  const attempt = await processingVideo({ fileName: "clip.mp4", settings: { maxCostUsd: 5 } });
  bucket.put(sourceKey(attempt.videoId), await readFile(await clip("wide.mp4")));
  vi.stubEnv("MAX_COST_USD", "0.0002");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  const { error } = await caught(attempt, inspect(attempt));
  expect(error.Cause).toContain("its limit of $0.0002");
});

test.each([
  ["source_missing", undefined],
  ["source_empty", ""],
  ["source_not_video", "This is text."],
  ["source_no_video_stream", () => clip("sound.m4a")],
  ["source_truncated", () => cut("index-last.mp4", 0.5)],
] as const)("a source is refused with %s, and its video fails with that", async (code, content) => {
  const attempt = await processingVideo();
  const bytes = typeof content === "function" ? await readFile(await content()) : content;
  if (bytes !== undefined) bucket.put(sourceKey(attempt.videoId), bytes);
  const input = await caught(attempt, inspect(attempt));
  expect(input.error.Error).toBe("VideoRejected");
  expect(await fail(input)).toMatchObject({
    ...{ type: "video.failed", id: attempt.videoId, status: "failed", attempt: 1 },
    error: { code, retryable: false },
  });
  expect(await fromId(attempt.videoId)).toMatchObject({ status: "failed", failure: { code } });
});

test("an attempt that was canceled is not inspected, and its end is no failure", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), mp4);
  await cancel(attempt.videoId);
  const input = await caught(attempt, inspect(attempt));
  expect(input.error.Error).toBe("Superseded");
  expect(await fail(input)).toMatchObject({
    type: "video.canceled",
    error: { code: "canceled", retryable: false },
  });
});

test("trouble of the bucket is something to try again", async () => {
  const attempt = await processingVideo();
  bucket.objects.get = () => {
    throw Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  };
  const { error } = await caught(attempt, inspect(attempt));
  expect(error.Error).toBe("Unavailable");
});

test("an input of another shape is refused by name", async () => {
  const { error } = await caught({ videoId: "x", attempt: 1 }, inspect({ videoId: "x", attempt: 1 }));
  expect(error.Error).toBe("ZodError");
});

test("a result becomes playlists, rows and a message", async () => {
  const attempt = await processingVideo();
  storeResult(attempt);
  const message = await publish(attempt);
  const base = `https://telecine.test/media/${attempt.videoId}/1`;
  expect(message).toMatchObject({
    ...{ type: "video.ready", id: attempt.videoId, status: "ready", attempt: 1, durationSeconds: 8 },
    ...{
      playback: { hls: `${base}/master.m3u8`, dash: `${base}/manifest.mpd` },
      poster: `${base}/poster.jpg`,
      renditions: ["720p", "360p"],
    },
  });
  const playlist = bucket.objects.get(`${outputPrefix(attempt)}master.m3u8`);
  expect(playlist).toMatchObject({ contentType: "application/vnd.apple.mpegurl" });
  expect(playlist?.cacheControl).toMatch(/immutable/);
  expect(bucket.objects.get(`${outputPrefix(attempt)}manifest.mpd`)).toMatchObject({
    contentType: "application/dash+xml",
  });
  // 200 frames at 25 a second, a picture every 50.
  expect(bucket.text(`${outputPrefix(attempt)}storyboard.vtt`)).toContain(
    "00:00:06.000 --> 00:00:08.000\nstoryboard/000.jpg#xywh=480,0,160,90",
  );
  for (const name of ["720p", "360p", "audio-1"]) {
    expect(bucket.text(`${outputPrefix(attempt)}${name}/index.m3u8`)).toContain("#EXT-X-ENDLIST");
  }
  const video = await fromId(attempt.videoId);
  expect(video).toMatchObject({ status: "ready", phase: "done", version: message.version });
  // By hand: 40,000 bytes in 4 s are 80,000 bit/s, the sound's 4,000 are 8,000; 60,010 bytes with the head.
  expect(video.renditions[0]).toMatchObject({
    name: "720p",
    bandwidth: 88_000,
    averageBandwidth: 68_000,
    sizeBytes: 60_010,
    // 60,010 bytes in 8 s.
    ...{ codec: "h264", reason: "top", bitrate: 60_010, predictedBitrate: 58_000, fixedBitrate: 120_000 },
  });
  expect((await metadataOf(attempt.videoId)).droppedRungs).toEqual([{ name: "480p", reason: "too_close" }]);
  expect((await metadataOf(attempt.videoId)).source?.tracks).toHaveLength(2);
});

/** A plan in two chunks, and what the task of each leaves in the bucket. */
function storeParts(attempt: Attempt) {
  const { outcome: _, renditions, audio, ...whole } = readyResult(attempt);
  const plan = {
    ...{ mode: "chunked", task: { vcpu: 2, memoryGb: 4, diskGb: 21 }, reasons: ["two"], alternatives: [] },
    timing: { startSeconds: 0, frameRate: "25/1", frameCount: 200 },
    chunks: [0, 100].map((firstFrame) => ({ firstFrame, frameCount: 100 })),
    estimate: { latencySeconds: 1, costUsd: 0, vcpuSeconds: 0, transitions: 1 },
  };
  const source = { key: sourceKey(attempt.videoId), etag: "e", sizeBytes: 1 };
  bucket.put(taskInputKey(attempt), JSON.stringify({ ...attempt, source, plan }));
  for (const part of [0, 1]) {
    const own = renditions.map(({ segments, ...rendition }) => ({
      ...{ ...rendition, frameCount: 100 },
      segments: segments.slice(part, part + 1),
    }));
    const made = { ...whole, outcome: "made", part, renditions: own, audio: part === 0 ? audio : [] };
    bucket.put(partResultKey(attempt, part), JSON.stringify(made));
  }
  for (const { key, sizeBytes } of filesOf(readyResult(attempt)))
    bucket.put(outputPrefix(attempt) + key, Buffer.alloc(sizeBytes));
}

test("what several tasks have made becomes one video", async () => {
  const attempt = await processingVideo();
  storeParts(attempt);
  expect(await publish(attempt)).toMatchObject({ type: "video.ready", renditions: ["720p", "360p"] });
  const segments = bucket.text(`${outputPrefix(attempt)}720p/index.m3u8`).match(/.*m4s/g);
  expect(segments).toEqual(["00000.m4s", "00001.m4s"]);
  expect((await fromId(attempt.videoId)).renditions[0]).toMatchObject({ sizeBytes: 60_010 });
});

test("nothing is published while the result of one part is missing", async () => {
  const attempt = await processingVideo();
  storeParts(attempt);
  bucket.objects.delete(partResultKey(attempt, 1));
  expect((await caught(attempt, publish(attempt))).error.Error).toBe("OutputInvalid");
});

/** What tasks of so many seconds have written down. */
function storeUsages(attempt: Attempt, ...seconds: number[]) {
  for (const [index, own] of seconds.entries()) {
    const [startedAt, endedAt] = [new Date(0).toISOString(), new Date(own * 1000).toISOString()];
    bucket.put(
      `${usagePrefix(attempt)}${index}.json`,
      JSON.stringify({
        ...{ startedAt, endedAt, task: { vcpu: 4, memoryGb: 8 } },
        ...{ cpuSeconds: own, bytesRead: 100, bytesWritten: 50 },
      }),
    );
  }
}

test("what the tasks of a video have used is told with it, and what it cost", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), await readFile(await clip("wide.mp4")));
  await inspect(attempt);
  const stored = filesOf(storeResult(attempt)).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  storeUsages(attempt, 100, 600);
  bucket.put(`${usagePrefix(attempt)}broken.json`, "{");
  await publish(attempt);
  const { usage } = await fromId(attempt.videoId);
  expect(usage).toMatchObject({
    ...{ taskStarts: 2, vcpuSeconds: 2800, gbSeconds: 5600, bytesRead: 200, bytesWritten: 100 },
    bytesStored: stored,
  });
  // At the least, vCPUs and memory on ARM in Tokyo.
  const tasks = (2800 * 0.04045 + 5600 * 0.00442) / 3600;
  expect(usage?.estimatedCostUsd).toBeGreaterThan(tasks);
  expect(usage?.estimatedCostUsd).toBeLessThan(tasks * 1.05);
});

test("an attempt that failed has cost something, too", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), await readFile(await clip("wide.mp4")));
  await inspect(attempt);
  storeUsages(attempt, 60, 60);
  await fail({ ...attempt, error: { Error: "States.TaskFailed", Cause: "{}" } });
  expect((await fromId(attempt.videoId)).usage).toMatchObject({ taskStarts: 2, bytesStored: 0 });
  await retry(attempt.videoId);
  const next = { ...attempt, attempt: 2 };
  await enterPhase({ ...next, phase: "inspecting" });
  await inspect(next);
  storeResult(next);
  storeUsages(next, 60);
  await publish(next);
  expect((await fromId(attempt.videoId)).usage).toMatchObject({ taskStarts: 3, vcpuSeconds: 720 });
});

test("who plays a video since before it was ready plays on to its end, with the segment that was made ahead", async () => {
  const attempt = await processingVideo();
  storeResult(attempt);
  const prefix = outputPrefix(attempt);
  await makePlayable({ ...attempt, hlsKey: `${prefix}growing.m3u8` });
  bucket.put(`${prefix}360p/head.m4s`, "x");
  await publish(attempt);
  const segmentsOf = (playlist: string) => bucket.text(prefix + playlist).match(/^.+\.m4s$/gm);
  expect(segmentsOf("360p/growing.m3u8")).toEqual(["head.m4s", "00001.m4s"]);
  expect(segmentsOf("720p/growing.m3u8")).toEqual(["00000.m4s", "00001.m4s"]);
  for (const name of ["720p", "360p", "audio-1"])
    expect(bucket.text(`${prefix}${name}/growing.m3u8`)).toContain("#EXT-X-ENDLIST");
  // What is kept for ever names what the encode has made.
  expect(segmentsOf("360p/index.m3u8")).toEqual(["00000.m4s", "00001.m4s"]);
});

test("a second publication says the same, even when the task's documents are gone", async () => {
  const attempt = await processingVideo();
  storeResult(attempt);
  const first = await publish(attempt);
  bucket.objects.clear();
  expect(await publish(attempt)).toEqual(first);
});

test("ten publications at once are one", async () => {
  const attempt = await processingVideo();
  storeResult(attempt);
  const messages = await Promise.all(Array.from({ length: 10 }, () => publish(attempt)));
  expect(new Set(messages.map((message) => JSON.stringify(message))).size).toBe(1);
});

test("what a task refused is the video's failure, in the task's words", async () => {
  const attempt = await processingVideo();
  const result = {
    ...attempt,
    outcome: "rejected",
    code: "source_no_video_stream",
    message: "There is only sound.",
  };
  bucket.put(taskResultKey(attempt), JSON.stringify(result));
  const input = await caught(attempt, publish(attempt));
  expect(await fail(input)).toMatchObject({
    error: { code: "source_no_video_stream", message: "There is only sound." },
  });
});

test.each([
  ["is missing", (key: string) => bucket.objects.delete(key)],
  ["is shorter than it was measured", (key: string) => bucket.put(key, "x")],
])("an output of which one segment %s is not published", async (_what, spoil) => {
  const attempt = await processingVideo();
  storeResult(attempt);
  spoil(`${outputPrefix(attempt)}360p/00001.m4s`);
  const input = await caught(attempt, publish(attempt));
  expect(bucket.keys(outputPrefix(attempt)).filter((key) => key.endsWith("m3u8"))).toEqual([]);
  expect(await fail(input)).toMatchObject({ error: { code: "output_invalid", retryable: true } });
});

test("a task that left no result, or that of another attempt, is not published", async () => {
  const attempt = await processingVideo();
  expect((await caught(attempt, publish(attempt))).error.Error).toBe("OutputInvalid");
  bucket.put(taskResultKey(attempt), JSON.stringify(readyResult({ ...attempt, attempt: 7 })));
  expect((await caught(attempt, publish(attempt))).error.Error).toBe("OutputInvalid");
});

test("an older attempt publishes nothing over a newer one", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), mp4);
  storeResult(attempt);
  await fail({ ...attempt, error: { Error: "States.Timeout" } });
  await retry(attempt.videoId);
  storeResult(attempt);
  const input = await caught(attempt, publish(attempt));
  expect(input.error.Error).toBe("Superseded");
  expect(await fail(input)).toMatchObject({ type: "video.superseded" });
  expect(await fromId(attempt.videoId)).toMatchObject({ status: "waiting", attempt: 2 });
});

test("a failed attempt leaves its source in the bucket, and nothing else", async () => {
  const attempt = await processingVideo();
  bucket.put(sourceKey(attempt.videoId), mp4);
  storeResult(attempt);
  await fail({ ...attempt, error: { Error: "States.TaskFailed", Cause: "{}" } });
  expect([...bucket.objects.keys()]).toEqual([sourceKey(attempt.videoId)]);
});

test("a failure after the publication takes nothing away", async () => {
  const attempt = await processingVideo();
  storeResult(attempt);
  await publish(attempt);
  const files = bucket.objects.size;
  expect(await fail({ ...attempt, error: { Error: "States.Timeout" } })).toMatchObject({ status: "ready" });
  expect(bucket.objects.size).toBe(files);
  expect(await fromId(attempt.videoId)).toMatchObject({ status: "ready" });
});
