import { afterAll, describe, expect, inject, it } from "vitest";
import { get, removeUploads, settled, upload, uploadFile, type Video } from "./support/client.ts";
import { clip, decode, probe, testClip, variantsOf } from "./support/media.ts";

const baseUrl = inject("baseUrl");

/** A stage may hold more videos than a test should read. */
const MOST_PAGES = 50;

afterAll(() => removeUploads(baseUrl));

interface Metadata {
  readonly id: string;
  readonly container: string;
  readonly durationSeconds: number;
  readonly width: number;
  readonly height: number;
  readonly frameRate: number;
  readonly videoCodec: string;
  readonly audioCodec: string | null;
}

const rate = (text: string) => {
  const [frames = 0, seconds = 1] = text.split("/").map(Number);
  return frames / seconds;
};

describe("a video", () => {
  it.each([
    ["wide-24.mp4", "1280x720", "24", 5],
    ["ntsc.mov", "854x480", "30000/1001", 4],
    ["odd.mkv", "402x226", "25", 3],
  ])(
    "%s becomes a stream that decodes to the end, as long as the source and never larger",
    async (name, size, frameRate, seconds) => {
      const path = await testClip(name, size, frameRate, seconds);
      const source = (await probe(path, ["-count_packets"])).streams.find(
        ({ codec_type }) => codec_type === "video",
      );
      const video = await settled(baseUrl, await uploadFile(baseUrl, path));
      expect(video).toMatchObject({ status: "ready", progress: 1, error: null });

      const [width = 0, height = 0] = size.split("x").map(Number);
      const frames = Math.round(seconds * rate(frameRate));
      const variants = await variantsOf(video.playback.hls ?? "");
      expect(variants.length).toBeGreaterThan(0);
      expect(variants).toHaveLength(video.renditions.length);
      for (const variant of variants) {
        const decoded = await decode(variant.url);
        expect(decoded).toMatchObject({ width: variant.width, height: variant.height, complaints: "" });
        expect(Math.abs(decoded.frames - frames)).toBeLessThanOrEqual(1);
        expect(variant.width).toBeLessThanOrEqual(width);
        expect(variant.height).toBeLessThanOrEqual(height);
        expect(variant.codecs).toMatch(/^avc1\.[0-9a-f]{6}/);
      }
      expect(Math.abs((video.durationSeconds ?? 0) - Number(source?.duration ?? seconds))).toBeLessThan(
        1 / rate(frameRate) + 0.001,
      );
    },
  );

  it("has a poster that is a picture of its size", async () => {
    const video = await settled(
      baseUrl,
      await uploadFile(baseUrl, await testClip("poster.mp4", "640x360", "25", 3)),
    );
    const picture = (await probe(video.poster ?? "")).streams[0];
    expect(picture).toMatchObject({ codec_name: "mjpeg", width: 640, height: 360 });
  });

  it("shows a picture of any of its times to who asks for one", async () => {
    const id = await uploadFile(baseUrl, await testClip("thumbnail.mp4", "1280x720", "25", 3));
    await settled(baseUrl, id);
    const answer = await fetch(`${baseUrl}/videos/${id}/thumbnail?time=2.2`);
    expect(answer.headers.get("content-type")).toBe("image/jpeg");
    const picture = (await probe(answer.url)).streams[0];
    expect(picture).toMatchObject({ codec_name: "mjpeg", width: 640, height: 360 });
  });

  it("has the metadata that an independent probe finds", async () => {
    const path = await testClip("metadata.mp4", "640x480", "30", 3);
    const { streams, format } = await probe(path);
    const id = await uploadFile(baseUrl, path);
    await settled(baseUrl, id);
    const answer = await get(`${baseUrl}/metadata/${id}`);
    expect(answer.status).toBe(200);
    const body = answer.body as Metadata;
    const video = streams.find(({ codec_type }) => codec_type === "video");
    const audio = streams.find(({ codec_type }) => codec_type === "audio");
    expect(body).toMatchObject({
      id,
      width: video?.width,
      height: video?.height,
      videoCodec: video?.codec_name,
      audioCodec: audio?.codec_name,
    });
    expect(body.frameRate).toBeCloseTo(rate(video?.r_frame_rate ?? ""), 3);
    expect(Math.abs(body.durationSeconds - Number(format.duration))).toBeLessThan(0.1);
    const list = (await get(`${baseUrl}/metadata?limit=100`)).body as { data: Metadata[] };
    expect(list.data.map((entry) => entry.id)).toContain(id);
  });

  it("without sound, upright from a turned phone, or with a name that hurts, is ready all the same", async () => {
    const silent = await clip("silent.mp4", [
      "-f",
      "lavfi",
      "-i",
      "testsrc2=size=320x240:rate=25:duration=2",
      "-c:v",
      "libx264",
      "-pix_fmt",
      "yuv420p",
    ]);
    const turned = await clip("turned.mp4", [
      "-i",
      await testClip("landscape.mp4", "640x360", "25", 2),
      "-c",
      "copy",
      "-metadata:s:v:0",
      "rotate=90",
    ]);
    const { readFileSync } = await import("node:fs");
    const hostile = `-rf "$(reboot)" 'it''s' <img src=x onerror=alert(1)> ../../etc/passwd 日本 🎬.mp4`;
    const [first, second, third] = await Promise.all([
      uploadFile(baseUrl, silent),
      uploadFile(baseUrl, turned),
      upload(baseUrl, new Uint8Array(readFileSync(silent)), { fileName: hostile }),
    ]);
    expect(await settled(baseUrl, first)).toMatchObject({ status: "ready", width: 320, height: 240 });
    expect(await settled(baseUrl, second)).toMatchObject({ status: "ready", width: 360, height: 640 });
    const video = await settled(baseUrl, third);
    expect(video.status).toBe("ready");
    expect(video.title).toContain("<img src=x onerror=alert(1)>");
  });
});

describe("bad input", () => {
  const empty = new Uint8Array(0);
  const text = new TextEncoder().encode("this is no video\n".repeat(100));

  it("is a failed video with a code and a message for people, and harms no other video", async () => {
    const good = await testClip("good.mp4", "320x240", "25", 3);
    const whole = new Uint8Array(
      (await import("node:fs")).readFileSync(
        await testClip("whole.mp4", "640x360", "25", 6, ["-movflags", "+faststart"]),
      ),
    );
    const song = await clip("song.m4a", ["-f", "lavfi", "-i", "sine=duration=2", "-c:a", "aac"]);
    const cases: [string, Promise<string>][] = [
      ["source_empty", upload(baseUrl, empty, { fileName: "empty.mp4" })],
      ["source_not_video", upload(baseUrl, text, { fileName: "text.mp4" })],
      [
        "source_truncated",
        upload(baseUrl, whole.slice(0, Math.floor(whole.length / 2)), { fileName: "half.mp4" }),
      ],
      ["source_no_video_stream", uploadFile(baseUrl, song)],
    ];
    const ready = uploadFile(baseUrl, good);
    for (const [code, id] of cases) {
      const video = await settled(baseUrl, await id);
      expect(video, code).toMatchObject({ status: "failed", error: { code, retryable: false } });
      expect(video.error?.message).toMatch(/^[A-Z].{20,}\.$/s);
    }
    expect((await settled(baseUrl, await ready)).status).toBe("ready");
  });

  it("of the API is a problem with a code, never a crash", async () => {
    const post = async (body: string) => {
      const response = await fetch(`${baseUrl}/videos`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      return {
        status: response.status,
        type: response.headers.get("content-type"),
        body: (await response.json()) as { code: string },
      };
    };
    for (const body of ["{", '{"sizeBytes":-1}', '{"unknown":1}', "[]", `{"title":"${"x".repeat(5000)}"}`]) {
      const answer = await post(body);
      expect(answer.status, body.slice(0, 40)).toBe(400);
      expect(answer.type).toContain("application/problem+json");
      expect(answer.body.code).toMatch(/^[a-z_]+$/);
    }
    const missing = await get(`${baseUrl}/videos/vid_01h2xcejqtf2nbrexx3vqjhp41`);
    expect(missing).toMatchObject({ status: 404, body: { status: 404 } });
    const nonsense = await get(`${baseUrl}/videos/nonsense`);
    // All but what names the request itself.
    const { requestId, instance } = nonsense.body as { requestId?: string; instance?: string };
    expect(nonsense.body).toEqual({
      ...(missing.body as object),
      ...(requestId !== undefined && { requestId }),
      ...(instance !== undefined && { instance }),
    });
  });
});

describe("lists", () => {
  it("go on where the last page ended, and every video is on one page", async () => {
    const ids: string[] = [];
    let next: string | null = "";
    let pages = 0;
    do {
      const { body } = await get(
        `${baseUrl}/videos?limit=2${next ? `&cursor=${encodeURIComponent(next)}` : ""}`,
      );
      const page = body as { data: Video[]; nextCursor: string | null };
      ids.push(...page.data.map(({ id }) => id));
      next = page.nextCursor;
    } while (next && ++pages < MOST_PAGES);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort().reverse()).toEqual(ids);
  });
});

describe("the API", () => {
  it("describes itself, and says how it is", async () => {
    const { body } = await get(`${baseUrl}/openapi.json`);
    const description = body as { openapi: string; paths: Record<string, object> };
    expect(description.openapi).toMatch(/^3\./);
    expect(Object.keys(description.paths)).toEqual(
      expect.arrayContaining([
        "/health",
        "/metadata",
        "/metadata/{id}",
        "/videos",
        "/videos/{id}",
        "/videos/{id}/cancel",
        "/videos/{id}/retry",
      ]),
    );
    expect(await get(`${baseUrl}/health`)).toMatchObject({ status: 200, body: { status: "ok" } });
  });
});
