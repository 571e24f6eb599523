import "./services.ts";
import { Parser } from "m3u8-parser";
import { beforeEach, describe, expect, test } from "vitest";
import { outputPrefix, taskResultKey, type Attempt } from "@telecine/core/storage/keys";
import type { TaskResult } from "@telecine/core/task/contract";
import { cancel } from "@telecine/core/video/lifecycle";
import * as schema from "../src/api/schema.ts";
import { handler as publish } from "../src/workflow/publish.ts";
import { fakeBucket, fakeWorkflow, type FakeBucket } from "../../core/test/support/aws.ts";
import { filesOf, processingVideo, readyResult, waitingVideo } from "../../core/test/support/video.ts";
import { send } from "./client.ts";

let bucket: FakeBucket;

beforeEach(() => {
  bucket = fakeBucket();
  fakeWorkflow();
});

const ORIGIN = "https://telecine.test/";
const UNKNOWN = "vid_01h2xcejqtf2nbrexx3vqjhp41";
const VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello <b>there</b>\n";
const SRT = "1\r\n00:00:01,000 --> 00:00:02,000\r\nHallo\r\n";

type Ready = Extract<TaskResult, { outcome: "ready" }>;

/** A video whose task has done its work, with what it found in the source. */
async function processedVideo(
  captions: Ready["captions"] = [],
  closedData: Ready["closedData"] = [],
): Promise<Attempt> {
  const attempt = await processingVideo();
  const result = { ...readyResult(attempt), captions, closedData };
  for (const { key, sizeBytes } of filesOf(result))
    bucket.put(outputPrefix(attempt) + key, Buffer.alloc(sizeBytes));
  bucket.put(taskResultKey(attempt), JSON.stringify(result));
  return attempt;
}

async function readyVideo(captions: Ready["captions"] = []): Promise<Attempt> {
  const attempt = await processedVideo(captions);
  await publish(attempt);
  return attempt;
}

const found = (language: string, kind: "subtitles" | "forced" = "subtitles") => ({
  ...{ key: `captions/${language}-${kind}.vtt`, sizeBytes: 30, language, kind, title: null, cueCount: 1 },
});

const put = (id: string, language: string, body: string | Uint8Array = VTT, query = "") =>
  send("PUT", `/videos/${id}/captions/${language}${query}`, { body });

const listed = async (id: string) =>
  schema.CaptionListJson.parse((await send("GET", `/videos/${id}/captions`)).body).data;

/** What a player that opens the video's playlist is offered, and the file behind each track. */
async function offered(id: string): Promise<Record<string, string>> {
  const { playback } = schema.VideoDetailJson.parse((await send("GET", `/videos/${id}`)).body);
  const key = (url: string) => url.replace(ORIGIN, "");
  const hls = key(playback.hls ?? "");
  const tracks = Object.values(parse(bucket.text(hls)).mediaGroups?.SUBTITLES?.captions ?? {});
  const manifest = bucket.text(key(playback.dash ?? ""));
  expect(manifest.match(/mimeType="text\/vtt"/g) ?? []).toHaveLength(tracks.length);
  return Object.fromEntries(
    tracks.map(({ language, uri = "" }) => {
      const playlist = new URL(uri, ORIGIN + hls);
      const [segment] = parse(bucket.text(key(playlist.href))).segments;
      const file = key(new URL(segment?.uri ?? "", playlist).href);
      expect(manifest).toContain(file.split("/").at(-1));
      return [language, bucket.text(file)];
    }),
  );
}

function parse(text: string) {
  const parser = new Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

describe("captions that are sent", () => {
  test("to a video that is ready are in its playlists at once, under new addresses", async () => {
    const { videoId } = await readyVideo();
    const before = schema.VideoDetailJson.parse((await send("GET", `/videos/${videoId}`)).body);
    const old = bucket.text(before.playback.hls?.replace(ORIGIN, "") ?? "");
    const { status, body } = await put(videoId, "pt-br", VTT, "?kind=captions&title=Legendas");
    expect(status).toBe(200);
    expect(schema.CaptionJson.parse(body)).toMatchObject({
      ...{ language: "pt-BR", kind: "captions", title: "Legendas", origin: "upload", cueCount: 1 },
    });
    const after = schema.VideoDetailJson.parse((await send("GET", `/videos/${videoId}`)).body);
    expect(after.playback.hls).toMatch(/\/1\/master-[0-9a-f]{12}\.m3u8$/);
    expect(after.playback.dash).toMatch(/\/1\/manifest-[0-9a-f]{12}\.mpd$/);
    expect(await offered(videoId)).toEqual({
      "pt-BR": expect.stringContaining("Hello <b>there</b>") as string,
    });
    // What caches may keep for ever is as it was.
    expect(bucket.text(before.playback.hls?.replace(ORIGIN, "") ?? "")).toBe(old);
    const { url } = schema.CaptionJson.parse(body);
    expect(bucket.objects.get(url.replace(ORIGIN, ""))).toMatchObject({
      ...{ contentType: "text/vtt; charset=utf-8", cacheControl: "public, max-age=31536000, immutable" },
    });
  });

  test("while a video is made are in the playlists that it is published with", async () => {
    const attempt = await processedVideo();
    await put(attempt.videoId, "de", SRT);
    const { playback } = await publish(attempt);
    expect(playback.hls).toMatch(/master-[0-9a-f]{12}\.m3u8$/);
    expect(await offered(attempt.videoId)).toEqual({ de: expect.stringContaining("Hallo") as string });
  });

  test("wait for a video that has no source yet, and stay with one that is canceled", async () => {
    const id = await waitingVideo();
    await put(id, "en");
    await cancel(id);
    expect(await listed(id)).toMatchObject([{ language: "en" }]);
  });

  test("take the place of those in their language, whose file is gone", async () => {
    const { videoId } = await readyVideo();
    const first = schema.CaptionJson.parse((await put(videoId, "en")).body);
    await put(videoId, "EN", SRT);
    expect(await listed(videoId)).toHaveLength(1);
    expect(await offered(videoId)).toEqual({ en: expect.stringContaining("Hallo") as string });
    expect(bucket.objects.has(first.url.replace(ORIGIN, ""))).toBe(false);
  });

  test("ten at once are all there", async () => {
    const { videoId } = await readyVideo();
    const languages = ["ar", "cs", "de", "el", "es", "fr", "hi", "it", "ja", "ko"];
    const answers = await Promise.all(languages.map((language) => put(videoId, language)));
    expect(answers.map(({ status }) => status)).toEqual(languages.map(() => 200));
    expect(Object.keys(await offered(videoId)).sort()).toEqual(languages);
  });

  test("in the very moment of publication are not lost", async () => {
    const attempt = await processedVideo();
    await Promise.all([publish(attempt), put(attempt.videoId, "en"), put(attempt.videoId, "fr")]);
    expect(Object.keys(await offered(attempt.videoId)).sort()).toEqual(["en", "fr"]);
  });

  test("between the writing of playlists and the commit make them be written again", async () => {
    const attempt = await processedVideo();
    const write = bucket.objects.set.bind(bucket.objects);
    let sent: Promise<unknown> | undefined;
    bucket.objects.set = (key, object) => {
      if (key.endsWith("master.m3u8")) sent ??= put(attempt.videoId, "en");
      return write(key, object);
    };
    await publish(attempt);
    await sent;
    expect(Object.keys(await offered(attempt.videoId))).toEqual(["en"]);
  });
});

describe("captions that were found in the source", () => {
  test("are offered, and listed as such", async () => {
    const { videoId } = await readyVideo([found("en"), found("en", "forced"), found("fr")]);
    expect(
      (await listed(videoId)).map(({ language, kind, origin }) => `${language} ${kind} ${origin}`),
    ).toEqual([...["en subtitles source", "en forced source", "fr subtitles source"]]);
    expect((await send("GET", `/videos/${videoId}`)).body.playback).toMatchObject({
      hls: expect.stringMatching(/\/master\.m3u8$/) as string,
    });
  });

  test.each([
    ["before", async (attempt: Attempt) => (await put(attempt.videoId, "en"), publish(attempt))],
    ["after", async (attempt: Attempt) => (await publish(attempt), put(attempt.videoId, "en"))],
  ])(
    "give way to what is sent in their language %s the publication; forced ones stay",
    async (_when, act) => {
      const attempt = await processedVideo([found("en"), found("en", "forced"), found("fr")]);
      await act(attempt);
      const all = (await listed(attempt.videoId)).map(
        ({ language, kind, origin }) => `${language} ${kind} ${origin}`,
      );
      expect(all.sort()).toEqual(["en forced source", "en subtitles upload", "fr subtitles source"]);
    },
  );

  test("are part of what must be in the bucket before a video is ready", async () => {
    const attempt = await processedVideo([found("en")]);
    bucket.objects.delete(`${outputPrefix(attempt)}captions/en-subtitles.vtt`);
    await expect(publish(attempt)).rejects.toMatchObject({ name: "OutputInvalid" });
  });
});

/** CEA-608: "load", "HI" and "show", which is erased a second later: there are 25 frames in one. */
const HIDDEN: Ready["closedData"] = [
  ...["fc1420", "fc4849", "fc142f"].map((data, index) => [10 + index, data] as [number, string]),
  [36, "fc142c"],
];

describe("captions that are hidden in pictures", () => {
  test("are offered beside others, in words of their own", async () => {
    const attempt = await processedVideo([found("en")], HIDDEN);
    await publish(attempt);
    expect(await listed(attempt.videoId)).toMatchObject([
      { language: "en", origin: "source" },
      { language: "und", kind: "captions", title: "CC1", origin: "source", cueCount: 1 },
    ]);
    const texts = Object.values(await offered(attempt.videoId));
    expect(texts).toHaveLength(2);
    expect(texts).toContainEqual(expect.stringMatching(/\n00:00:00\.480 --> 00:00:01\.440 line:.*\nHI\n$/));
  });

  test("are stored once, however often the step runs", async () => {
    const attempt = await processedVideo([], HIDDEN);
    await publish(attempt);
    await publish(attempt);
    expect(await listed(attempt.videoId)).toHaveLength(1);
  });

  test("that say nothing are none", async () => {
    const attempt = await processedVideo([], HIDDEN.slice(0, 2));
    await publish(attempt);
    expect(await listed(attempt.videoId)).toEqual([]);
  });
});

describe("captions that are taken away", () => {
  test("are in no playlist any more, and their files are gone", async () => {
    const { videoId } = await readyVideo([found("fr")]);
    const sent = schema.CaptionJson.parse((await put(videoId, "en")).body);
    for (const language of ["en", "fr"])
      expect((await send("DELETE", `/videos/${videoId}/captions/${language}`)).status).toBe(204);
    expect(await offered(videoId)).toEqual({});
    expect(await listed(videoId)).toEqual([]);
    expect(bucket.objects.has(sent.url.replace(ORIGIN, ""))).toBe(false);
    expect(bucket.keys(`media/${videoId}/`).filter((key) => key.endsWith("subtitles.vtt"))).toEqual([]);
    expect(await send("DELETE", `/videos/${videoId}/captions/en`)).toMatchObject({
      ...{ status: 404, body: { code: "captions_not_found" } },
    });
  });
});

describe("what is no captions is refused by name", () => {
  test.each<[string, string, string | Uint8Array, number]>([
    ["captions_format_unknown", "en", "hello", 400],
    ["captions_format_unknown", "en", "{}", 400],
    ["captions_empty", "en", "WEBVTT\n\n", 400],
    ["captions_invalid", "en", "WEBVTT\n\n00:01.000 --> soon\nx\n", 400],
    ["captions_not_utf8", "en", Buffer.from(`${VTT}\xe9`, "latin1"), 400],
    ["language_invalid", "english-language", VTT, 400],
    ["language_invalid", "und", VTT, 400],
    ["language_invalid", "en_US", VTT, 400],
    ["language_invalid", "%22%0a", VTT, 400],
    ["body_too_large", "en", `${VTT}${"x".repeat(1024 * 1024)}`, 413],
  ])("%s", async (code, language, body, status) => {
    const { videoId } = await readyVideo();
    const objects = bucket.objects.size;
    expect(await put(videoId, language, body)).toMatchObject({ status, body: { status, code } });
    expect(bucket.objects.size).toBe(objects);
  });

  test("with the lines that are wrong", async () => {
    const { videoId } = await readyVideo();
    const { body } = await put(videoId, "en", "WEBVTT\n\n00:01.000 --> soon\nx\n");
    expect(body.detail).toContain("Line 3");
    expect(body.detail).toContain("soon");
  });

  test("as is a kind that only a source has", async () => {
    expect((await put(UNKNOWN, "en", VTT, "?kind=forced")).body).toMatchObject({ code: "input_invalid" });
  });

  test("as is a video that is unknown, in each way the same", async () => {
    for (const id of [UNKNOWN, "nonsense"]) {
      const answers = [
        await put(id, "en"),
        await send("GET", `/videos/${id}/captions`),
        await send("DELETE", `/videos/${id}/captions/en`),
      ];
      for (const answer of answers)
        expect(answer).toMatchObject({ status: 404, body: { code: "video_not_found" } });
    }
  });

  test("a video that was made before words could come is told apart, and left alone", async () => {
    const attempt = await readyVideo();
    bucket.objects.delete(`${outputPrefix(attempt)}presentation.json`);
    expect(await put(attempt.videoId, "en")).toMatchObject({
      ...{ status: 409, body: { code: "video_not_republishable" } },
    });
    expect(await listed(attempt.videoId)).toEqual([]);
  });
});
