import "./services.ts";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { outputPrefix, sourceKey, taskInputKey, type Attempt } from "@telecine/core/storage/keys";
import { cancel } from "@telecine/core/video/lifecycle";
import { makePlayable } from "@telecine/core/video/playable";
import { fromId } from "@telecine/core/video/video";
import { fakeBucket, fakeWorkflow, type FakeBucket } from "../../core/test/support/aws.ts";
import { processingVideo } from "../../core/test/support/video.ts";
import { AAC, bars, clip, copied, ffmpeg, made, rotated, tone, words } from "../../worker/test/clips.ts";
import { createReader } from "../src/preview/reader.ts";
import { show as showSource } from "../src/preview/show.ts";
import { openSource } from "../src/preview/source.ts";
import type { Stage } from "../src/preview/stage.ts";
import { handler as preview } from "../src/workflow/preview.ts";

const execute = promisify(execFile);
const LONG = { timeout: 120_000 };

let bucket: FakeBucket;
let folder: string;

beforeEach(async () => {
  bucket = fakeBucket();
  fakeWorkflow();
  folder = await mkdtemp(join(tmpdir(), "preview-"));
});

afterEach(() => rm(folder, { recursive: true }));

/** With pictures that are decoded before others which are shown earlier, and with such that others refer to among them. */
const REORDERED = "-c:v libx264 -preset veryfast -bf 3 -b_strategy 0 -pix_fmt yuv420p";

const CLIPS = {
  "reordered.mp4": `${bars("320x240", "25", 9)} ${tone(9)} ${REORDERED} -g 60 ${AAC}`,
  "film.mov": `${bars("320x240", "24000/1001", 9)} ${tone(9)} ${REORDERED} -g 48 ${AAC}`,
  "one-group.mp4": `${bars("320x240", "30", 5)} ${tone(5)} -ar 44100 ${REORDERED} -g 300 ${AAC}`,
  "silent.mp4": `${bars("320x240", "25", 9)} ${REORDERED} -g 50`,
  "late-sound.mp4": `${bars("320x240", "25", 9)} -itsoffset 1.3 ${tone(6)} ${REORDERED} -g 50 ${AAC}`,
  "late-picture.mp4": `-itsoffset 0.7 ${bars("320x240", "25", 9)} ${tone(9)} ${REORDERED} -g 50 ${AAC}`,
  "no-edits.mp4": `${bars("320x240", "25", 9)} ${tone(9)} ${REORDERED} -g 50 ${AAC} -use_editlist 0`,
  "uneven.mp4": `${bars("320x240", "25", 9)} ${tone(9)} -vf select='not(eq(mod(n,7),3))' -fps_mode vfr ${REORDERED} -g 50 ${AAC}`,
  "long.mp4": `${bars("320x240", "25", 16)} ${tone(16)} ${REORDERED} -g 125 ${AAC}`,
  "open.mp4": `${bars("320x240", "25", 9)} ${REORDERED} -x264-params open-gop=1:keyint=50:min-keyint=50`,
  "hevc.mp4": `${bars("320x240", "25", 2)} -c:v libx265 -preset ultrafast -x265-params log-level=error -tag:v hvc1`,
  "vp9.webm": `${bars("320x240", "25", 2)} -c:v libvpx-vp9 -deadline realtime -cpu-used 8`,
  "deep.mp4": `${bars("320x240", "25", 2)} -c:v libx264 -preset ultrafast -pix_fmt yuv420p10le`,
  "rare.mp4": `${bars("320x240", "10", 14)} -c:v libx264 -preset veryfast -pix_fmt yuv420p -g 600 -sc_threshold 0`,
  "opus.mp4": `${bars("320x240", "25", 2)} ${tone(2)} ${REORDERED} -c:a libopus`,
  "coded-fields.mp4": `${bars("320x240", "25", 2)} ${REORDERED} -flags +ilme+ildct -x264-params tff=1`,
} as const;

function own(name: keyof typeof CLIPS): Promise<string> {
  const recipe = words(CLIPS[name]);
  return made(name, recipe, (path) => ffmpeg([...recipe, path]));
}

/** Shows a file to the step, as the inspect step leaves it. */
async function show(path: string) {
  const attempt = await processingVideo();
  const body = await readFile(path);
  const key = sourceKey(attempt.videoId);
  const { etag } = bucket.put(key, body);
  const source = { key, etag, sizeBytes: body.length };
  bucket.put(taskInputKey(attempt), JSON.stringify({ ...attempt, source, settings: {} }));
  return { attempt, previewed: await preview(attempt) };
}

/** Writes what is in the bucket to a folder. Gives the path of the playlist that players open. */
async function download(attempt: Attempt): Promise<string> {
  const prefix = outputPrefix(attempt);
  for (const key of bucket.keys(prefix)) {
    const path = join(folder, key.slice(prefix.length));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, bucket.objects.get(key)?.body ?? "");
  }
  return join(folder, "preview.m3u8");
}

/** A digest of each decoded picture. */
async function pictures(path: string): Promise<string[]> {
  const args = `-v error -i ${path} -map 0:v:0 -fps_mode passthrough -f framemd5 -`;
  const { stdout } = await execute("ffmpeg", words(args), { maxBuffer: 2 ** 24 });
  return stdout
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .map((line) => line.split(",").at(-1)?.trim() ?? "");
}

/** When each picture and each packet of sound is shown, in the order of that. */
async function times(path: string, stream: string): Promise<number[]> {
  const args = `-v error -select_streams ${stream}:0 -show_entries packet=pts_time -of csv=p=0 ${path}`;
  const { stdout } = await execute("ffprobe", words(args), { maxBuffer: 2 ** 24 });
  return stdout
    .split("\n")
    .map((line) => Number.parseFloat(line))
    .filter((time) => !Number.isNaN(time))
    .sort((a, b) => a - b);
}

const STREAMABLE = [
  "reordered.mp4",
  "film.mov",
  "one-group.mp4",
  "silent.mp4",
  "late-sound.mp4",
  "late-picture.mp4",
  "no-edits.mp4",
  "uneven.mp4",
] as const;

describe("a source that players can play is shown as it is", LONG, () => {
  it.each(STREAMABLE)("%s: the same pictures at the same times, and the sound with them", async (name) => {
    const source = await own(name);
    const { attempt, previewed } = await show(source);
    expect(previewed).toEqual({ published: true, reason: "complete" });
    expect(await fromId(attempt.videoId)).toMatchObject({
      status: "playable",
      hlsKey: `${outputPrefix(attempt)}preview.m3u8`,
    });
    const playlist = await download(attempt);
    expect(await pictures(playlist)).toEqual(await pictures(source));
    const [before, after] = [await times(source, "v"), await times(playlist, "v")];
    const shift = (after[0] ?? 0) - (before[0] ?? 0);
    // ffprobe writes microseconds, and the clock of the copy has 57,600 ticks a second.
    for (const [index, time] of after.entries())
      expect(Math.abs(time - shift - (before[index] ?? NaN))).toBeLessThan(0.00003);
    const heard = await times(source, "a");
    if (heard.length === 0) return;
    const sound = await times(playlist, "a");
    // Of the source's own packets, those that the edit list hides are left out.
    const kept = heard.slice(-sound.length);
    expect(heard.length - sound.length).toBeLessThanOrEqual(1);
    for (const [index, time] of sound.entries())
      expect(Math.abs(time - shift - (kept[index] ?? NaN))).toBeLessThan(0.0001);
  });

  it("in playlists that end, of segments that are there and each begin with a picture that needs no other", async () => {
    const { attempt } = await show(await own("reordered.mp4"));
    await download(attempt);
    const text = await readFile(join(folder, "source/preview.m3u8"), "utf8");
    expect(text).toContain("#EXT-X-ENDLIST");
    const durations = [...text.matchAll(/#EXTINF:([\d.]+),/g)].map(([, seconds]) => Number(seconds));
    // Groups of 60 pictures at 25 a second are 2.4 s: two of them are a segment.
    expect(durations).toEqual([4.8, 4.2]);
    const segments = [...text.matchAll(/^\d+\.m4s$/gm)].map(([name]) => name);
    for (const name of segments) {
      const path = join(folder, "alone.mp4");
      await writeFile(
        path,
        Buffer.concat([
          await readFile(join(folder, "source/init.mp4")),
          await readFile(join(folder, "source", name)),
        ]),
      );
      const [duration] = durations.splice(0, 1);
      expect((await pictures(path)).length).toBe(Math.round((duration ?? 0) * 25));
    }
    const multivariant = await readFile(join(folder, "preview.m3u8"), "utf8");
    expect(multivariant).toMatch(
      /CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=320x240,FRAME-RATE=25\.000/,
    );
    for (const key of bucket.keys(outputPrefix(attempt)).filter((key) => key.endsWith(".m3u8")))
      expect(bucket.objects.get(key)?.cacheControl).toBe("public, max-age=1");
  });
});

describe("a source is left to its encode", LONG, () => {
  it.each<[string, () => Promise<string>, string]>([
    ["HEVC", () => own("hevc.mp4"), "video_codec"],
    ["VP9", () => own("vp9.webm"), "container"],
    ["ten bits", () => own("deep.mp4"), "video_profile"],
    ["a key picture in 14 seconds", () => own("rare.mp4"), "keyframes"],
    ["groups that need the one before", () => own("open.mp4"), "open_group"],
    ["Opus", () => own("opus.mp4"), "audio_codec"],
    ["fields", () => own("coded-fields.mp4"), "interlaced"],
    ["a turned picture", () => rotated(90), "orientation"],
    ["pixels that are no squares", () => clip("anamorphic.mp4"), "orientation"],
    [
      "a beginning that an edit list hides",
      () => copied("late.mp4", "wide.mp4", "-ss 1.3 -i CLIP -c copy"),
      "edit_list",
    ],
    ["fragments", () => clip("fragmented.mp4"), "container"],
    ["no video", () => clip("cover.mp3"), "container"],
  ])("with %s", async (_, path, reason) => {
    const { attempt, previewed } = await show(await path());
    expect(previewed).toEqual({ published: false, reason });
    expect(await fromId(attempt.videoId)).toMatchObject({ status: "processing", hlsKey: null });
    expect(bucket.keys(outputPrefix(attempt))).toEqual([]);
  });
});

describe("a source is not shown", LONG, () => {
  it("when a task was faster, or the video was canceled", async () => {
    const path = await own("reordered.mp4");
    const { attempt } = await show(await own("hevc.mp4"));
    const body = await readFile(path);
    const key = sourceKey(attempt.videoId);
    const { etag } = bucket.put(key, body);
    bucket.put(
      taskInputKey(attempt),
      JSON.stringify({ ...attempt, source: { key, etag, sizeBytes: body.length }, settings: {} }),
    );
    const hlsKey = `${outputPrefix(attempt)}growing.m3u8`;
    await makePlayable({ ...attempt, hlsKey });
    expect(await preview(attempt)).toEqual({ published: false, reason: "unwanted" });
    expect((await fromId(attempt.videoId)).hlsKey).toBe(hlsKey);
    await cancel(attempt.videoId);
    expect(await preview(attempt)).toEqual({ published: false, reason: "unwanted" });
    expect(bucket.keys(outputPrefix(attempt))).toEqual([]);
  });

  it("when it was replaced since it was inspected", async () => {
    const { attempt } = await show(await own("hevc.mp4"));
    bucket.put(sourceKey(attempt.videoId), await readFile(await own("silent.mp4")));
    await expect(preview(attempt)).rejects.toThrow("replaced");
  });
});

/** Shows a file of three segments to a stage that does as it is told. */
async function showTo(changes: Partial<Stage>) {
  const file = await readFile(await own("long.mp4"));
  const playlists = new Map<string, string>();
  const stored: string[] = [];
  const stage: Stage = {
    store: async (key) => {
      stored.push(key);
    },
    storePlaylist: async (key, text) => {
      playlists.set(key, text);
    },
    announce: async () => true,
    isWanted: async () => true,
    isLate: () => false,
    now: () => 0,
    ...changes,
  };
  using source = await openSource(createReader(file.length, async (start, end) => file.subarray(start, end)));
  if (!source) throw new Error("The clip cannot be opened.");
  const ending = await showSource(source, stage).catch((error: unknown) => error);
  return { ending, playlists, stored };
}

describe("a preview ends before its source does", LONG, () => {
  const isEnded = (playlists: Map<string, string>) =>
    ["source/preview.m3u8", "source-audio/preview.m3u8"].map((key) =>
      playlists.get(key)?.includes("#EXT-X-ENDLIST"),
    );

  it("when the video is canceled: then nothing more is written", async () => {
    let asked = 0;
    const clock = () => (asked += 1) * 10_000;
    const isWanted = async () => asked < 4;
    const { ending, playlists, stored } = await showTo({ now: clock, isWanted });
    expect(ending).toBe("unwanted");
    expect(stored.filter((key) => key.startsWith("source/"))).not.toContain("source/00002.m4s");
    expect(isEnded(playlists)).not.toContain(true);
  });

  it("when it takes too long: players come to the end of what there is", async () => {
    let pieces = 0;
    const { ending, playlists } = await showTo({ isLate: () => (pieces += 1) === 3 });
    expect(ending).toBe("late");
    expect(isEnded(playlists)).toEqual([true, true]);
    expect(playlists.get("source/preview.m3u8")).not.toContain("00002.m4s");
  });

  it("when a segment cannot be stored: likewise, and the function fails", async () => {
    const store = async (key: string) => {
      if (key === "source/00001.m4s") throw new Error("The bucket is away.");
    };
    const { ending, playlists } = await showTo({ store });
    expect(ending).toMatchObject({ message: "The bucket is away." });
    expect(isEnded(playlists)).toEqual([true, true]);
    expect(playlists.get("source/preview.m3u8")).toContain("00000.m4s");
    expect(playlists.get("source/preview.m3u8")).not.toContain("00001.m4s");
  });

  it("when a task has something to play first", async () => {
    const { ending, stored } = await showTo({ announce: async () => false });
    expect(ending).toBe("unwanted");
    expect(stored).not.toContain("source/00002.m4s");
  });
});
