import "./services.ts";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { outputPrefix, taskResultKey, type Attempt } from "@telecine/core/storage/keys";
import type { ReadyResult } from "@telecine/core/task/contract";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { clip, type ClipName } from "../../worker/test/clips.ts";
import { processed } from "../../worker/test/harness.ts";
import { fakeBucket, fakeWorkflow, type FakeBucket } from "../../core/test/support/aws.ts";
import { filesOf, processingVideo } from "../../core/test/support/video.ts";
import { VideoDetailJson } from "../src/api/schema.ts";
import { handler as publish } from "../src/workflow/publish.ts";
import { send } from "./client.ts";

const execute = promisify(execFile);
let bucket: FakeBucket;

beforeEach(() => {
  bucket = fakeBucket();
  fakeWorkflow();
});

/** A video whose task has done its work on a real clip. */
async function processedVideo(name: ClipName, settings: object = { mp4: true }) {
  const attempt = await processingVideo({ fileName: "clip.mp4", settings });
  const result = await processed(await clip(name), async (made, task) => {
    for (const { key } of filesOf(made))
      bucket.put(
        outputPrefix(attempt) + key,
        await readFile(join(task.bucket.root, outputPrefix(made), key)),
      );
    return { ...made, ...attempt };
  });
  bucket.put(taskResultKey(attempt), JSON.stringify(result));
  return { attempt, result };
}

async function shown({ videoId }: Attempt) {
  return VideoDetailJson.parse((await send("GET", `/videos/${videoId}`)).body);
}

/** The file on disk, for other people's tools. */
async function saved(bytes: Buffer, name = "all.mp4"): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "telecine-mp4-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), bytes);
  return join(folder, name);
}

async function probe(path: string) {
  const entries =
    "stream=codec_type,codec_name,width,height,r_frame_rate,start_time,duration,nb_frames,nb_read_frames:format=duration";
  const { stdout, stderr } = await execute("ffprobe", [
    ...["-v", "error", "-count_frames", "-show_entries", entries, "-of", "json", path],
  ]);
  expect(stderr).toBe("");
  return JSON.parse(stdout) as { streams: Record<string, string | number>[]; format: { duration: string } };
}

/** All that is decoded of a picture or a sound, failing on the first error. */
async function decoded(path: string, what: "v" | "a"): Promise<Buffer> {
  const form = what === "v" ? ["-pix_fmt", "yuv420p", "-f", "rawvideo"] : ["-f", "s16le"];
  const args = ["-v", "error", "-xerror", "-i", path, "-map", `0:${what}`, ...form, "-"];
  return (await execute("ffmpeg", args, { encoding: "buffer", maxBuffer: 256 * 1024 ** 2 })).stdout;
}

/** Bytes of the frame of AAC that an encoder begins with, before the sound: two channels of 16 bits. */
const PRIMING_BYTES = 1024 * 2 * 2;

/** A rendition or a track as the bucket has it, one segment behind the other. */
function segmentsOf(
  track: ReadyResult["renditions"][number] | ReadyResult["audio"][number] | undefined,
  prefix: string,
) {
  if (!track) throw new Error("There is no such track.");
  return Buffer.concat(
    [track.init, ...track.segments].map(
      ({ key }) => bucket.objects.get(prefix + key)?.body ?? Buffer.alloc(0),
    ),
  );
}

describe("one file of a video", { timeout: 60_000 }, () => {
  test.each<[ClipName, number, string]>([
    ["wide.mp4", 150, "6.000000"],
    ["film.mp4", 216, "9.009000"],
    ["silent.mp4", 75, "3.000000"],
    ["late-sound.mkv", 125, "5.000000"],
  ])("of %s has every picture and all sound, as they were encoded", async (name, frames, seconds) => {
    const { attempt, result } = await processedVideo(name);
    const message = await publish(attempt);
    const { playback, mp4SizeBytes } = await shown(attempt);
    const [best] = result.renditions;
    const key = `${outputPrefix(attempt)}${best?.name}.mp4`;
    expect(playback.mp4).toBe(`https://telecine.test/${key}`);
    expect(message.playback.mp4).toBe(playback.mp4);
    const object = bucket.objects.get(key);
    expect(object).toMatchObject({ contentType: "video/mp4" });
    expect(object?.cacheControl).toMatch(/immutable/);
    expect(object?.body.length).toBe(mp4SizeBytes);

    const path = await saved(object?.body ?? Buffer.alloc(0));
    const { streams, format } = await probe(path);
    expect(streams[0]).toMatchObject({
      ...{ codec_type: "video", codec_name: "h264", width: best?.width, height: best?.height },
      ...{
        start_time: "0.000000",
        duration: seconds,
        nb_frames: String(frames),
        nb_read_frames: String(frames),
      },
    });
    expect(
      streams.slice(1).map(({ codec_name, start_time, duration }) => [codec_name, start_time, duration]),
    ).toEqual(result.audio.map(() => ["aac", "0.000000", seconds]));
    expect(format.duration).toBe(seconds);
    const pictures = await saved(segmentsOf(result.renditions[0], outputPrefix(attempt)), "track.mp4");
    expect((await decoded(path, "v")).equals(await decoded(pictures, "v"))).toBe(true);
    for (const track of result.audio) {
      const sound = await decoded(await saved(segmentsOf(track, outputPrefix(attempt)), "sound.mp4"), "a");
      const heard = await decoded(path, "a");
      expect(heard.equals(sound.subarray(PRIMING_BYTES, PRIMING_BYTES + heard.length))).toBe(true);
      expect(heard.length / 4 / 48_000).toBeCloseTo(Number(seconds), 1);
    }
  });

  test("begins with its index, so that players begin at once", async () => {
    const { attempt, result } = await processedVideo("wide.mp4");
    await publish(attempt);
    const { body = Buffer.alloc(0) } =
      bucket.objects.get(`${outputPrefix(attempt)}${result.renditions[0]?.name}.mp4`) ?? {};
    expect(body.toString("latin1", 4, 8)).toBe("ftyp");
    const index = body.indexOf("moov", 0, "latin1");
    expect(index).toBe(body.readUInt32BE(0) + 4);
    expect(body.indexOf("mdat", 0, "latin1")).toBeGreaterThan(index);
    // Sound and picture lie beside each other: half a second of reading plays half a second.
    expect(body.length).toBeLessThan(
      1.2 *
        [result.renditions[0], result.audio[0]].reduce((sum, track) => {
          return sum + (track?.segments ?? []).reduce((all, { sizeBytes }) => all + sizeBytes, 0);
        }, 200_000),
    );
  });

  test("is made only where it is wanted, and once", async () => {
    const plain = await processedVideo("silent.mp4", {});
    await publish(plain.attempt);
    expect(await shown(plain.attempt)).toMatchObject({ playback: { mp4: null }, mp4SizeBytes: null });
    expect(bucket.keys(outputPrefix(plain.attempt)).filter((key) => /[^t]\.mp4$/.test(key))).toEqual([]);

    const { attempt } = await processedVideo("silent.mp4");
    await Promise.all([publish(attempt), publish(attempt)]);
    const uploads = [...bucket.uploads.values()];
    expect(uploads).toEqual([]);
    expect((await shown(attempt)).playback.mp4).toMatch(/p\.mp4$/);
  });
});
