import "./services.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { invalidate } from "@telecine/core/cache/cache";
import { tryRedis } from "@telecine/core/cache/client";
import { handler } from "../src/api/main.ts";
import { routes } from "../src/api/routes.ts";
import * as schema from "../src/api/schema.ts";
import { writeProgress } from "@telecine/core/progress/store";
import { outputPrefix, sourceKey, type Attempt } from "@telecine/core/storage/keys";
import { noteUsage } from "@telecine/core/job/plan";
import type { PlanSummary } from "@telecine/core/plan/plan";
import type { Usage } from "@telecine/core/usage/usage";
import { noteInspection } from "@telecine/core/video/inspected";
import { cancel, retry } from "@telecine/core/video/lifecycle";
import { fail, publish } from "@telecine/core/video/outcome";
import { fakeBucket, fakeWorkflow, type FakeBucket } from "../../core/test/support/aws.ts";
import { rows } from "../../core/test/support/rows.ts";
import { processingVideo, readyResult } from "../../core/test/support/video.ts";
import { send } from "./client.ts";

let bucket: FakeBucket;

beforeEach(() => {
  bucket = fakeBucket();
  fakeWorkflow();
});

const UNKNOWN = "vid_01h2xcejqtf2nbrexx3vqjhp41";

async function readyVideo(): Promise<Attempt> {
  const attempt = await processingVideo();
  const { source } = readyResult(attempt);
  await publish({
    ...{ ...attempt, source: { ...source, frameRate: "24000/1001" } },
    hlsKey: `${outputPrefix(attempt)}master.m3u8`,
    dashKey: `${outputPrefix(attempt)}manifest.mpd`,
    storyboardKey: `${outputPrefix(attempt)}storyboard.vtt`,
    ...{ thumbnailCount: 4, thumbnailSeconds: 2 },
    droppedRungs: [],
    posterKey: `${outputPrefix(attempt)}poster.jpg`,
    renditions: [
      {
        ...{
          name: "720p",
          width: 1280,
          height: 720,
          frameRate: "24000/1001",
          codecs: "avc1.64001f,mp4a.40.2",
        },
        ...{
          bandwidth: 2000,
          averageBandwidth: 1000,
          sizeBytes: 500,
          segmentCount: 2,
          playlistKey: "720p/index.m3u8",
          ...{ reason: "top" as const, bitrate: 900, fixedBitrate: 1600 },
        },
      },
    ],
  });
  return attempt;
}

describe("the contract", () => {
  test("the OpenAPI document has exactly the routes that infra declares", async () => {
    const { status, body, headers } = await send("GET", "/openapi.json");
    expect(status).toBe(200);
    expect(headers.get("cache-control")).toMatch(/max-age/);
    const documented = Object.entries(body.paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
  });

  test("every operation says how it can refuse, and refuses as problem+json", async () => {
    const { body } = await send("GET", "/openapi.json");
    const operations = Object.values(
      body.paths as Record<string, Record<string, { responses: Record<string, object> }>>,
    );
    const refusals = operations.flatMap((methods) =>
      Object.values(methods).flatMap(({ responses }) =>
        Object.entries(responses).filter(([status]) => Number(status) >= 400 && status !== "503"),
      ),
    );
    expect(refusals.length).toBeGreaterThan(10);
    for (const [, answer] of refusals) expect(JSON.stringify(answer)).toContain("application/problem+json");
  });

  test("what API Gateway hands over is answered as it expects", async () => {
    const event = {
      ...{ httpMethod: "GET", path: "/videos", resource: "/videos", body: null, isBase64Encoded: false },
      ...{ headers: {}, multiValueHeaders: {}, queryStringParameters: { limit: "1" } },
      ...{ multiValueQueryStringParameters: { limit: ["1"] }, pathParameters: null, stageVariables: null },
      requestContext: { requestId: "gateway-1", httpMethod: "GET", path: "/videos", stage: "test" },
    };
    const answer = await handler(event as never, {} as never);
    expect(answer).toMatchObject({ statusCode: 200, isBase64Encoded: false });
    expect(JSON.stringify(answer)).toContain("gateway-1");
  });
});

describe("videos", () => {
  test("a new video is answered with its address and a URL to upload to", async () => {
    const { status, headers, body } = await send("POST", "/videos", {
      body: { fileName: "holiday.mp4", sizeBytes: 5, contentType: "video/mp4" },
    });
    expect(status).toBe(201);
    expect(schema.CreatedVideoJson.parse(body)).toMatchObject({
      ...{
        status: "waiting",
        phase: "uploading",
        title: "holiday",
        fileName: "holiday.mp4",
        sizeBytes: 5,
        attempt: 1,
      },
      ...{ playback: { hls: null, dash: null }, poster: null, error: null, progress: 0 },
      upload: { method: "PUT", headers: { "content-type": "video/mp4" } },
    });
    expect(headers.get("location")).toBe(`/videos/${String(body.id)}`);
    expect((await send("GET", headers.get("location") ?? "")).body).toMatchObject({ id: body.id });
  });

  test("a request without a body makes a video without a name", async () => {
    expect((await send("POST", "/videos")).body).toMatchObject({ title: "Untitled", fileName: null });
  });

  test("an upload in parts says where to ask for more and where to complete it", async () => {
    const { body } = await send("POST", "/videos", { body: { sizeBytes: 5_000_000_000 } });
    const { upload, id } = schema.CreatedVideoJson.parse(body);
    if (!("parts" in upload)) throw new Error("5 GB go in parts.");
    expect(upload.parts).toHaveLength(100);
    expect(upload.completeUrl).toBe(`https://telecine.test/videos/${id}/upload/complete`);
    const more = await send("POST", `/videos/${id}/upload/parts`, { body: { partNumbers: [101, 102] } });
    expect(schema.PartUrlsJson.parse(more.body).parts.map(({ partNumber }) => partNumber)).toEqual([
      101, 102,
    ]);
    const parts = [{ partNumber: 1, etag: "e" }];
    const done = await send("POST", `/videos/${id}/upload/complete`, { body: { parts } });
    expect([done.status, done.body.id]).toEqual([200, id]);
  });

  test("a video that is ready has absolute addresses and numbers for rates", async () => {
    const attempt = await readyVideo();
    const { body } = await send("GET", `/videos/${attempt.videoId}`);
    const base = `https://telecine.test/media/${attempt.videoId}/1`;
    expect(schema.VideoDetailJson.parse(body)).toMatchObject({
      ...{ status: "ready", phase: "done", progress: 1, durationSeconds: 8, frameRate: 23.976 },
      ...{
        playback: { hls: `${base}/master.m3u8`, dash: `${base}/manifest.mpd` },
        poster: `${base}/poster.jpg`,
        storyboard: `${base}/storyboard.vtt`,
      },
      renditions: [
        {
          ...{ name: "720p", frameRate: 23.976, bandwidth: 2000, averageBandwidth: 1000, sizeBytes: 500 },
          // 900 of 1600 are 56.25 percent.
          ...{ codec: "h264", reason: "top", bitrate: 900, predictedBitrate: null, saving: 0.438 },
        },
      ],
    });
  });

  test("progress is that of the attempt under way, and no other", async () => {
    const { videoId } = await processingVideo();
    const progress = { phase: "encoding", progress: 0.4, speed: 1.5, etaSeconds: 12 } as const;
    await writeProgress(videoId, { ...progress, attempt: 1, part: 0, weight: 1 });
    expect((await send("GET", `/videos/${videoId}`)).body).toMatchObject({
      status: "processing",
      ...progress,
    });
    await writeProgress(videoId, { ...progress, attempt: 2, part: 0, weight: 1 });
    expect((await send("GET", `/videos/${videoId}`)).body).toMatchObject({
      phase: "inspecting",
      progress: 0,
      speed: null,
    });
  });

  test("a phase that the cache does not know of yet has no speed and no estimate of the one before", async () => {
    const { videoId } = await processingVideo();
    const progress = { phase: "encoding", progress: 0.9, speed: 1.5, etaSeconds: 2 } as const;
    await writeProgress(videoId, { ...progress, attempt: 1, part: 0, weight: 1 });
    await rows("update videos set phase = 'verifying' where id = $1", [videoId]);
    await invalidate(videoId);
    expect((await send("GET", `/videos/${videoId}`)).body).toMatchObject({
      ...{ phase: "verifying", progress: 0.9, speed: null, etaSeconds: null },
    });
  });

  test("a video that failed says why, and whether another attempt may help", async () => {
    const attempt = await processingVideo();
    await fail(attempt, { code: "source_corrupt", message: "The file is damaged." });
    const { body } = await send("GET", `/videos/${attempt.videoId}`);
    expect(body).toMatchObject({
      ...{ status: "failed", progress: null },
      error: { code: "source_corrupt", message: "The file is damaged.", retryable: false },
    });
  });

  test("cancel, retry and delete answer with what they did", async () => {
    const { videoId } = await processingVideo();
    bucket.put(sourceKey(videoId), "video");
    expect(await send("POST", `/videos/${videoId}/cancel`)).toMatchObject({
      status: 200,
      body: { status: "canceled" },
    });
    expect(await send("POST", `/videos/${videoId}/retry`)).toMatchObject({
      status: 202,
      body: { attempt: 2 },
    });
    expect(await send("POST", `/videos/${videoId}/retry`)).toMatchObject({
      status: 409,
      body: { code: "video_not_retryable" },
    });
    expect(await send("DELETE", `/videos/${videoId}`)).toMatchObject({ status: 204, text: "" });
    expect(await send("GET", `/videos/${videoId}`)).toMatchObject({ status: 404 });
  });

  test("a list is cut into pages that follow each other", async () => {
    const title = `api ${crypto.randomUUID()}`;
    for (let n = 0; n < 3; n += 1) await send("POST", "/videos", { body: { title } });
    const q = encodeURIComponent(title);
    const first = schema.VideoPageJson.parse((await send("GET", `/videos?limit=2&q=${q}`)).body);
    const second = schema.VideoPageJson.parse(
      (await send("GET", `/videos?limit=2&q=${q}&cursor=${first.nextCursor}`)).body,
    );
    expect([first.data.length, second.data.length, second.nextCursor]).toEqual([2, 1, null]);
  });

  test("what is asked of the outputs is told with the video, and the rest as it is unasked", async () => {
    const settings = { loudness: "normalize" };
    const { body } = await send("POST", "/videos", { body: { settings } });
    const created = schema.CreatedVideoJson.parse(body);
    expect(created.settings).toMatchObject(settings);
    const plain = await send("POST", "/videos", { body: {} });
    expect(plain.body.settings).toMatchObject({ loudness: "keep" });
  });

  test("the same key with the same request gives the same video, with another one 422", async () => {
    const headers = { "idempotency-key": crypto.randomUUID() };
    const first = await send("POST", "/videos", { body: { title: "one" }, headers });
    const again = await send("POST", "/videos", { body: { title: "one" }, headers });
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    const other = await send("POST", "/videos", { body: { title: "two" }, headers });
    expect(other).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
  });
});

/** Something that the planner has decided. */
const PLAN: PlanSummary = {
  ...{ mode: "chunked", chunkCount: 6, task: { vcpu: 2, memoryGb: 4, diskGb: 21 } },
  estimate: { latencySeconds: 90, costUsd: 0.012, vcpuSeconds: 720, transitions: 14 },
  reasons: ["6 tasks of 2 vCPUs, one for each chunk."],
  alternatives: [{ tasks: 1, vcpu: 4, latencySeconds: 300, costUsd: 0.01 }],
};
const USAGE: Usage = {
  ...{
    taskStarts: 6,
    vcpuSeconds: 730,
    gbSeconds: 1460,
    cpuSeconds: 500,
    bytesRead: 1000,
    bytesWritten: 900,
  },
  ...{ bytesStored: 800, functionSeconds: 4, transitions: 14, estimatedCostUsd: 0.011 },
};

describe("a thumbnail", () => {
  test.each([
    ["", "00000"],
    ["?time=0.9", "00000"],
    ["?time=1.1", "00001"],
    ["?time=7.9", "00003"],
  ])("%s is the picture that is nearest to that time", async (query, number) => {
    const attempt = await readyVideo();
    const { status, headers } = await send("GET", `/videos/${attempt.videoId}/thumbnail${query}`);
    expect(status).toBe(302);
    const path = `/media/${attempt.videoId}/1/thumbnails/${number}.jpg`;
    expect(headers.get("location")).toBe(`https://telecine.test${path}`);
  });

  test("behind the end of the video there is none, and it is told where that is", async () => {
    const { videoId } = await readyVideo();
    const { status, body } = await send("GET", `/videos/${videoId}/thumbnail?time=8.1`);
    expect([status, body.code]).toEqual([400, "time_out_of_range"]);
    expect(body.detail).toContain("8 s");
  });

  test("of a video that is being made is not ready", async () => {
    const { videoId } = await processingVideo();
    const { status, body } = await send("GET", `/videos/${videoId}/thumbnail?time=1`);
    expect([status, body.code]).toEqual([409, "thumbnail_not_ready"]);
  });
});

describe("the plan and the usage of a video", () => {
  test("are null until they are known", async () => {
    const { body } = await send("POST", "/videos");
    const { body: detail } = await send("GET", `/videos/${String(body.id)}`);
    expect(schema.VideoDetailJson.parse(detail)).toMatchObject({ plan: null, usage: null });
  });

  test("are told of one video, not in lists", async () => {
    const attempt = await processingVideo();
    await noteInspection(attempt, { durationSeconds: 600, width: 1920, height: 1080 }, PLAN);
    await noteUsage(attempt, USAGE);
    const { body } = await send("GET", `/videos/${attempt.videoId}`);
    expect(schema.VideoDetailJson.parse(body)).toMatchObject({
      ...{ durationSeconds: 600, width: 1920, height: 1080 },
      ...{ plan: PLAN, usage: USAGE },
    });
    const { data } = schema.VideoPageJson.parse((await send("GET", "/videos?limit=1")).body);
    expect(data[0]).not.toHaveProperty("plan");
  });

  test("are of the attempt under way, and of all attempts together", async () => {
    const attempt = await processingVideo();
    bucket.put(sourceKey(attempt.videoId), "x");
    await noteInspection(attempt, {}, PLAN);
    await noteUsage(attempt, USAGE);
    await fail(attempt, { code: "processing_failed", message: "Try again." });
    await retry(attempt.videoId);
    await noteUsage({ ...attempt, attempt: 2 }, { ...USAGE, taskStarts: 1, bytesStored: 5 });
    const { body } = await send("GET", `/videos/${attempt.videoId}`);
    expect(body).toMatchObject({ attempt: 2, plan: null });
    expect(body.usage).toMatchObject({
      taskStarts: 7,
      bytesRead: 2000,
      bytesStored: 5,
      estimatedCostUsd: 0.022,
    });
  });

  test("of an attempt that is over are not written by one that has not noticed", async () => {
    const attempt = await processingVideo();
    await cancel(attempt.videoId);
    await noteInspection(attempt, { durationSeconds: 600 }, PLAN);
    expect((await send("GET", `/videos/${attempt.videoId}`)).body).toMatchObject({
      ...{ durationSeconds: null, plan: null },
    });
  });
});

describe("estimates", () => {
  const HD = { durationSeconds: 60, width: 1920, height: 1080 };
  const estimateOf = async (body: object) =>
    schema.EstimateJson.parse((await send("POST", "/estimates", { body })).body);

  test("a description is answered with time, cost, tasks and reasons", async () => {
    const { plan, limitUsd, isWithinLimit } = await estimateOf(HD);
    expect(plan).toMatchObject({ mode: "single", chunkCount: 0 });
    // A minute of 1080p: 2.8 vCPU-seconds a second on 4 vCPUs, and a start; fractions of a cent.
    expect(plan.estimate.latencySeconds).toBeGreaterThan(60);
    expect(plan.estimate.latencySeconds).toBeLessThan(180);
    expect(plan.estimate.costUsd).toBeGreaterThan(0.002);
    expect(plan.estimate.costUsd).toBeLessThan(0.01);
    expect(plan.reasons[0]).toMatch(/short/);
    expect([limitUsd, isWithinLimit]).toEqual([null, true]);
  });

  test("what is longer, larger or faster costs more", async () => {
    const cost = async (more: object) => (await estimateOf({ ...HD, ...more })).plan.estimate.costUsd;
    const base = await cost({});
    expect(await cost({ durationSeconds: 600 })).toBeGreaterThan(base);
    expect(await cost({ frameRate: 60 })).toBeGreaterThan(base);
    expect(await cost({ width: 640, height: 360 })).toBeLessThan(base);
  });

  test("a limit is told, and whether it would refuse", async () => {
    expect(await estimateOf({ ...HD, settings: { maxCostUsd: 0.0001 } })).toMatchObject({
      ...{ limitUsd: 0.0001, isWithinLimit: false },
    });
    expect(await estimateOf({ ...HD, settings: { maxCostUsd: 1 } })).toMatchObject({ isWithinLimit: true });
  });

  test("a video that was inspected needs no description", async () => {
    const attempt = await processingVideo({ sizeBytes: 75_000_000, settings: { maxCostUsd: 2 } });
    const { videoId } = attempt;
    expect((await send("POST", "/estimates", { body: { videoId } })).body).toMatchObject({
      ...{ status: 409, code: "source_not_inspected" },
    });
    const look = { durationSeconds: 60, width: 1920, height: 1080, frameRate: "30/1", videoCodec: "h264" };
    await noteInspection(attempt, { ...look, audioCodec: "aac" }, PLAN);
    const { plan, limitUsd } = await estimateOf({ videoId });
    expect(limitUsd).toBe(2);
    const { plan: described } = await estimateOf({ ...HD, frameRate: 30, sizeBytes: 1000 });
    expect(plan.estimate.costUsd / described.estimate.costUsd).toBeCloseTo(1, 2);
  });

  test.each([
    [{}, 400],
    [{ durationSeconds: 60 }, 400],
    [{ ...{ durationSeconds: 60, width: 8, height: 8 } }, 400],
    [{ ...{ durationSeconds: 14_401, width: 640, height: 360 } }, 400],
    [{ ...{ durationSeconds: 60, width: 640, height: 360, frameRate: 1000 } }, 400],
    [{ ...{ durationSeconds: 60, width: 640, height: 360, speed: 1 } }, 400],
    [{ videoId: UNKNOWN }, 404],
    [{ videoId: "none" }, 404],
  ])("%j is refused with %d", async (body, status) => {
    expect((await send("POST", "/estimates", { body })).status).toBe(status);
  });
});

describe("metadata", () => {
  test("a source is described whole, with rates as numbers", async () => {
    const { videoId } = await readyVideo();
    const { body } = await send("GET", `/metadata/${videoId}`);
    const metadata = schema.MetadataJson.parse(body);
    expect(metadata.source).toMatchObject({
      videoCodec: "h264",
      audioCodec: "aac",
      durationSeconds: 8,
      frameRate: 23.976,
    });
    expect(metadata.source?.tracks.map(({ kind, frameRate }) => [kind, frameRate])).toEqual([
      ["video", 25],
      ["audio", null],
    ]);
    expect(metadata).toMatchObject({
      videoCodec: "h264",
      durationSeconds: 8,
      width: 1280,
      frameRate: 23.976,
    });
    expect(metadata).toMatchObject({
      ...{ rotation: 0, constantFrameRate: true, interlaced: true, hdr: "hlg", captions: false },
      ...{ audioLanguages: ["de"], integratedLufs: -19.5 },
    });
    expect(metadata.source).toMatchObject({
      ...{ fieldOrder: "top", color: { transfer: "arib-std-b67", range: "limited", bitDepth: 10 } },
      loudness: { integratedLufs: -19.5, rangeLu: 6.1, truePeakDbtp: -1.2 },
      ...{ sceneCuts: { count: 2, times: [1.5, 4] }, chapters: [{ title: "<i>One</i>" }] },
    });
    expect(metadata.source?.tags).toEqual({ title: "<b>x</b>" });
  });

  test.each([
    ["videoCodec=h264&minDurationSeconds=8&maxDurationSeconds=8&minHeight=720&status=ready", true],
    ["videoCodec=hevc", false],
    ["minDurationSeconds=8.01", false],
    ["maxDurationSeconds=7.99", false],
    ["minHeight=721", false],
    ["hdr=hlg&interlaced=true&constantFrameRate=true&captions=false&audioLanguage=de", true],
    ["hdr=sdr", false],
    ["interlaced=false", false],
    ["constantFrameRate=false", false],
    ["captions=true", false],
    ["audioLanguage=ger", false],
    ["minIntegratedLufs=-19.5&maxIntegratedLufs=-19.5", true],
    ["minIntegratedLufs=-19.4", false],
    ["maxIntegratedLufs=-19.6", false],
    ["status=failed", false],
  ])("a search by %s finds it: %s", async (query, found) => {
    const { videoId } = await readyVideo();
    const { status, body } = await send("GET", `/metadata?limit=100&${query}`);
    expect(status).toBe(200);
    const { data } = schema.MetadataPageJson.parse(body);
    expect(data.some(({ id }) => id === videoId)).toBe(found);
  });

  test("what is not known yet is null", async () => {
    const { videoId } = await processingVideo();
    expect((await send("GET", `/metadata/${videoId}`)).body).toMatchObject({
      ...{ source: null, renditions: [], width: null, durationSeconds: null, videoCodec: null },
    });
  });
});

describe("health", () => {
  test("with both at hand it is ok", async () => {
    const { status, body } = await send("GET", "/health");
    expect(status).toBe(200);
    expect(schema.HealthJson.parse(body)).toMatchObject({
      status: "ok",
      checks: { database: { status: "ok" } },
    });
  });
});

describe("refusals", () => {
  const json = { "content-type": "application/json" };

  test.each([
    ["GET", "/nothing", {}, 404, "not_found"],
    ["GET", "/videos/", {}, 404, "not_found"],
    ["PUT", "/videos", {}, 405, "method_not_allowed"],
    ["PATCH", `/videos/${UNKNOWN}`, {}, 405, "method_not_allowed"],
    ["GET", `/videos/${UNKNOWN}`, {}, 404, "video_not_found"],
    ["GET", `/metadata/${UNKNOWN}`, {}, 404, "video_not_found"],
    ["DELETE", `/videos/${UNKNOWN}`, {}, 404, "video_not_found"],
    ["GET", `/videos/${UNKNOWN}/thumbnail`, {}, 404, "video_not_found"],
    ["GET", "/videos/none/thumbnail?time=1", {}, 404, "video_not_found"],
    ["GET", `/videos/${UNKNOWN}/thumbnail?time=-1`, {}, 400, "input_invalid"],
    ["GET", `/videos/${UNKNOWN}/thumbnail?time=soon`, {}, 400, "input_invalid"],
    ["POST", `/videos/${UNKNOWN}/cancel`, {}, 404, "video_not_found"],
    ["POST", `/videos/${UNKNOWN}/retry`, {}, 404, "video_not_found"],
    ["POST", `/videos/${UNKNOWN}/upload/complete`, {}, 404, "video_not_found"],
    ["POST", `/videos/${UNKNOWN}/upload/parts`, { body: { partNumbers: [1] } }, 404, "video_not_found"],
    ["POST", `/videos/${UNKNOWN}/upload/parts`, { body: {} }, 400, "input_invalid"],
    ["POST", `/videos/${UNKNOWN}/upload/parts`, {}, 400, "input_invalid"],
    ["POST", "/videos", { body: "{", headers: json }, 400, "body_malformed"],
    ["POST", "/videos", { body: "[]", headers: json }, 400, "input_invalid"],
    ["POST", "/videos", { body: { status: "ready" } }, 400, "input_invalid"],
    ["POST", "/videos", { body: { settings: { loudness: "loud" } } }, 400, "input_invalid"],
    ["POST", "/videos", { body: { sizeBytes: 50_000_000_001 } }, 400, "input_invalid"],
    ["POST", "/videos", { body: { title: "x".repeat(201) } }, 400, "input_invalid"],
    ["POST", "/videos", { body: { contentType: "a/b\r\nx: y" } }, 400, "input_invalid"],
    [
      "POST",
      "/videos",
      { body: "a=b", headers: { "content-type": "text/plain" } },
      415,
      "media_type_unsupported",
    ],
    ["POST", "/videos", { body: new TextEncoder().encode("{}") }, 415, "media_type_unsupported"],
    ["POST", "/videos", { body: { title: "x".repeat(1_100_000) } }, 413, "body_too_large"],
    ["GET", "/videos?limit=0", {}, 400, "input_invalid"],
    ["GET", "/videos?limit=101", {}, 400, "input_invalid"],
    ["GET", "/videos?status=nonsense", {}, 400, "input_invalid"],
    ["GET", "/videos?unknown=1", {}, 400, "input_invalid"],
    ["GET", "/videos?cursor=nonsense", {}, 400, "cursor_invalid"],
    ["GET", "/metadata?minDurationSeconds=x", {}, 400, "input_invalid"],
    ["GET", "/metadata?hdr=nonsense", {}, 400, "input_invalid"],
    ["GET", "/metadata?interlaced=1", {}, 400, "input_invalid"],
  ])("%s %s is refused as a problem", async (method, path, options, status, code) => {
    const answer = await send(method, path, { ...options, requestId: "request-1" });
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(schema.ProblemJson.parse(answer.body)).toMatchObject({ status, code, requestId: "request-1" });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(answer.headers.get("allow")).toBe(status === 405 ? expectedAllow(path) : null);
  });

  const expectedAllow = (path: string) => (path === "/videos" ? "POST, GET, HEAD" : "GET, DELETE, HEAD");

  test("what is wrong is said for each part of the request", async () => {
    const { body } = await send("POST", "/videos", { body: { sizeBytes: -1, title: 5 } });
    expect(schema.ProblemJson.parse(body).errors?.map((error) => [error.in, error.path])).toEqual([
      ["body", "sizeBytes"],
      ["body", "title"],
    ]);
  });

  test.each(["x", "vid_", "job_01h2xcejqtf2nbrexx3vqjhp41", "%00", "a".repeat(150)])(
    "the id %s is answered as a video that does not exist, byte for byte",
    async (id) => {
      const of = async (one: string) => {
        const { status, text, headers } = await send("GET", `/videos/${one}`, { requestId: "same" });
        return { status, text, headers: [...headers] };
      };
      expect(await of(id)).toEqual(await of(UNKNOWN));
    },
  );

  test("a fault of ours tells the caller nothing of itself", async () => {
    bucket.objects.get = () => {
      throw new Error("secret detail");
    };
    const { videoId } = await processingVideo();
    await send("POST", `/videos/${videoId}/cancel`);
    const { status, text, body } = await send("POST", `/videos/${videoId}/retry`);
    expect(status).toBe(500);
    expect(text).not.toContain("secret");
    expect(schema.ProblemJson.parse(body)).toMatchObject({
      code: "internal",
      detail: "Something went wrong on our side.",
    });
  });
});

describe("http", () => {
  test("HEAD answers as GET does, without the body", async () => {
    const { videoId } = await readyVideo();
    const get = await send("GET", `/videos/${videoId}`, { requestId: "same" });
    const head = await send("HEAD", `/videos/${videoId}`, { requestId: "same" });
    expect([head.status, head.text]).toEqual([200, ""]);
    expect(head.headers.get("etag")).toBe(get.headers.get("etag"));
  });

  test("a video is shown with its own renditions, and not with those of others", async () => {
    const [one, other] = [await readyVideo(), await readyVideo()];
    await rows("update renditions set name = 'own' where video_id = $1", [one.videoId]);
    await invalidate(one.videoId);
    const namesAt = async (path: string) => {
      const { renditions } = (await send("GET", path)).body as { renditions: { name: string }[] };
      return renditions.map(({ name }) => name);
    };
    for (const area of ["videos", "metadata"]) {
      expect(await namesAt(`/${area}/${one.videoId}`)).toEqual(["own"]);
      expect(await namesAt(`/${area}/${other.videoId}`)).toEqual(["720p"]);
    }
  });

  test("a ready video is answered again for a second as it was, but for the request's name", async () => {
    const { videoId } = await readyVideo();
    const path = `/videos/${videoId}`;
    const of = async (headers: Record<string, string> = {}) => {
      const answer = await send("GET", path, { headers, requestId: crypto.randomUUID() });
      const id = answer.headers.get("x-request-id");
      const others = [...answer.headers].filter(([name]) => name !== "x-request-id");
      return { id, shown: { status: answer.status, text: answer.text, headers: others } };
    };
    const first = await of();
    const etag = new Headers(first.shown.headers).get("etag") ?? "";
    await invalidate(videoId); // nothing is remembered
    const notModified = await of({ "if-none-match": etag });
    expect(notModified.shown.status).toBe(304);
    await of();
    await rows("update videos set title = 'changed by nobody' where id = $1", [videoId]);
    await tryRedis((redis) => redis.del(`cache:answer.1:${videoId}`));
    const again = await of();
    expect(again.shown).toEqual(first.shown);
    expect(again.id).not.toBe(first.id);
    expect((await of({ "if-none-match": `"other", ${etag}` })).shown).toEqual(notModified.shown);
    await expect.poll(async () => (await of()).shown.text, { timeout: 3000 }).toContain("changed by nobody");
  });

  test("what this process changes itself it knows at once", async () => {
    const { videoId } = await readyVideo();
    for (const status of [200, 200])
      expect(await send("GET", `/videos/${videoId}`)).toMatchObject({ status });
    expect(await send("DELETE", `/videos/${videoId}`)).toMatchObject({ status: 204 });
    expect(await send("GET", `/videos/${videoId}`)).toMatchObject({ status: 404 });
  });

  test("a video that is not ready is looked up each time", async () => {
    const { videoId } = await processingVideo();
    await send("GET", `/videos/${videoId}`);
    await rows("update videos set title = 'another' where id = $1", [videoId]);
    await tryRedis((redis) => redis.del(`cache:answer.1:${videoId}`));
    expect((await send("GET", `/videos/${videoId}`)).body).toMatchObject({ title: "another" });
  });

  test("a reader who has the newest answer is told so", async () => {
    const { videoId } = await readyVideo();
    const { headers } = await send("GET", `/videos/${videoId}`);
    const etag = headers.get("etag") ?? "";
    expect(await send("GET", `/videos/${videoId}`, { headers: { "if-none-match": etag } })).toMatchObject({
      status: 304,
      text: "",
    });
    expect(
      await send("GET", `/videos/${videoId}`, { headers: { "if-none-match": '"other"' } }),
    ).toMatchObject({ status: 200 });
  });

  test.each([
    ["<script>alert(1)</script>", "<script>alert(1)</script>"],
    ["\u001b[2J\u202egpj", "[2J gpj"],
    ['","admin":true,"x":"', '","admin":true,"x":"'],
  ])("the hostile title %j stays text", async (title, kept) => {
    const { body, headers } = await send("POST", "/videos", { body: { title } });
    expect(schema.CreatedVideoJson.parse(body).title).toBe(kept);
    expect(headers.get("content-type")).toMatch(/^application\/json/);
  });
});
