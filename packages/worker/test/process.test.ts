import { join } from "node:path";
import { outputPrefix } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { clip, type ClipName, resizedMidway, rotated, soundChanges, withoutSense } from "./clips.ts";
import { leftovers, processed } from "./harness.ts";
import { listen, play, publishForTest } from "./playlists.ts";

const LONG = { timeout: 120_000 };

/** Everything that must hold of every accepted source; gives what the best rendition plays as. */
async function playAll(file: string, expectedSeconds: number) {
  return processed(file, async (result, task) => {
    await publishForTest(task.bucket, result);
    const folder = join(task.bucket.root, outputPrefix(result));
    const played = [];
    for (const rendition of result.renditions) {
      const picture = await play(join(folder, `${rendition.name}.m3u8`));
      expect(picture).toMatchObject({
        width: rendition.width,
        height: rendition.height,
        frames: rendition.frameCount,
      });
      expect(picture.pixelFormat).toBe("yuv420p");
      expect(picture.aspect).toBe("1:1");
      expect(picture.interlaced).toBe(false);
      expect(picture.startSeconds).toBe(0);
      const frame = picture.durationSeconds / picture.frames;
      expect(Math.abs(picture.durationSeconds - expectedSeconds)).toBeLessThanOrEqual(frame + 0.001);
      played.push(picture);
    }
    const grids = result.renditions.map(({ segments }) =>
      segments.map(({ durationSeconds }) => durationSeconds),
    );
    expect(new Set(grids.map((grid) => JSON.stringify(grid))).size).toBe(1);
    expect(await leftovers(task)).toEqual([]);
    const sounds = [];
    for (const { name } of result.audio) sounds.push(await listen(join(folder, `${name}.m3u8`)));
    return { result, played, sounds, sound: sounds[0] };
  });
}

it("every picture counts that a phone has taken, to the last", async () => {
  await processed(await clip("phone.mp4"), async ({ renditions }) => {
    expect(renditions.map(({ frameCount }) => frameCount)).toEqual([120]);
  });
});

describe(
  "a source becomes renditions that play to their end, as long as the picture of the source",
  LONG,
  () => {
    it.each<[string, () => Promise<string>, number, string[], string]>([
      ["16:9", () => clip("wide.mp4"), 6, ["640x360", "426x240"], "25/1"],
      ["index behind the media", () => clip("index-last.mp4"), 6, ["640x360", "426x240"], "25/1"],
      ["turned by a phone", () => rotated(90), 6, ["360x640", "240x426"], "25/1"],
      ["upside down", () => rotated(180), 6, ["640x360", "426x240"], "25/1"],
      ["odd sides", () => clip("odd.mkv"), 2, ["640x358", "428x240"], "25/1"],
      ["film rate", () => clip("film.mp4"), 9, ["320x240"], "24000/1001"],
      ["film rate by a clock of milliseconds", () => clip("film-millis.mkv"), 5, ["320x240"], "24000/1001"],
      ["NTSC rate", () => clip("ntsc.mp4"), 5, ["320x240"], "30000/1001"],
      ["59.94 frames a second are kept", () => clip("smooth.mp4"), 5, ["320x240"], "60000/1001"],
      ["120 frames a second are halved", () => clip("fast.mp4"), 3, ["320x240"], "60/1"],
      ["uneven intervals", () => clip("uneven.mp4"), 5, ["320x240"], "30/1"],
      ["interlaced", () => clip("interlaced.mp4"), 3, ["720x576", "600x480", "450x360", "300x240"], "25/1"],
      ["wide pixels", () => clip("anamorphic.mp4"), 2, ["1024x576", "854x480", "640x360", "426x240"], "25/1"],
      ["no sound", () => clip("silent.mp4"), 3, ["320x240"], "25/1"],
      ["ten bits and HDR", () => clip("deep.mkv"), 2, ["320x240"], "25/1"],
      ["full range", () => clip("full-range.mp4"), 2, ["320x240"], "25/1"],
      ["a picture every five seconds", () => clip("slideshow.mp4"), 20, ["320x240"], "1/5"],
      ["a single picture", () => clip("still.mp4"), 0.04, ["320x240"], "25/1"],
      ["a recording without a length", () => clip("no-length.webm"), 3, ["320x240"], "25/1"],
      ["a size that changes midway", () => resizedMidway(), 4, ["640x360", "426x240"], "25/1"],
      ["MPEG-TS, which starts at 1.4 s", () => clip("transport.ts"), 3, ["320x240"], "25/1"],
      ["MPEG-PS", () => clip("program.mpg"), 3, ["320x240"], "25/1"],
      ["FLV", () => clip("flash.flv"), 3, ["320x240"], "25/1"],
      ["AVI", () => clip("avi.avi"), 3, ["320x240"], "25/1"],
      ["Ogg", () => clip("theora.ogv"), 3, ["320x240"], "25/1"],
      ["WMV", () => clip("windows.wmv"), 3, ["320x240"], "25/1"],
      ["Matroska", () => clip("matroska.mkv"), 6, ["640x360", "426x240"], "25/1"],
      ["fragmented MP4", () => clip("fragmented.mp4"), 3, ["320x240"], "25/1"],
    ])("%s", async (_name, file, seconds, sizes, frameRate) => {
      const { result, played } = await playAll(await file(), seconds);
      expect(played.map(({ width, height }) => `${width}x${height}`)).toEqual(sizes);
      expect(result.renditions.map((rendition) => rendition.frameRate)).toEqual(sizes.map(() => frameRate));
    });
  },
);

describe("the sound of a source", LONG, () => {
  it.each<[string, ClipName, number, number, number]>([
    ["one channel becomes two", "mono.mp4", 3, 0, 3],
    ["six channels become two", "surround.mp4", 3, 0, 3],
    ["ten channels without names become two", "ten-channels.mov", 3, 0, 3],
    ["longer than the picture is cut", "long-sound.mp4", 3, 0, 3],
    ["shorter than the picture goes on in silence", "short-sound.mp4", 6, 0, 2],
    ["beginning after the picture begins there", "late-sound.mkv", 5, 2, 5],
    ["beginning before the picture begins with it", "late-picture.mkv", 3, 0, 3],
  ])("%s", async (_name, name, seconds, loudFrom, loudTo) => {
    const { result, sound } = await playAll(await clip(name), seconds);
    expect(result.audio).toHaveLength(1);
    // An encoded frame is 21.3 ms, and the last one is filled.
    expect((sound?.durationSeconds ?? 0) - seconds).toBeGreaterThanOrEqual(0);
    expect((sound?.durationSeconds ?? 0) - seconds).toBeLessThan(0.0214);
    expect(Math.abs((sound?.loudFrom ?? -1) - loudFrom)).toBeLessThan(0.05);
    expect(Math.abs((sound?.loudTo ?? -1) - loudTo)).toBeLessThan(0.05);
  });

  it("is every track of it, the default one first, with its language", async () => {
    const { result, sound, sounds } = await playAll(await clip("two-sounds.mkv"), 3);
    const form = { channels: 2, sampleRate: 48000, codecs: "mp4a.40.2", title: null, purpose: "main" };
    expect(result.audio).toMatchObject([
      { name: "audio", language: "en", ...form },
      { name: "audio-2", language: "de", ...form },
    ]);
    expect(sound?.loudTo).toBeLessThan(0); // the default one is silence
    expect(sounds[1]?.loudTo).toBeGreaterThan(2.9);
    expect(result.source.tracks.map(({ kind, language }) => [kind, language])).toEqual([
      ["video", null],
      ["audio", "ger"],
      ["audio", "eng"],
    ]);
  });

  it("has tracks of one length, each with what it is for", async () => {
    const { result, sounds } = await playAll(await clip("three-sounds.mp4"), 3);
    expect(result.audio.map(({ name, language, purpose }) => [name, language, purpose])).toEqual([
      ["audio", "en", "main"],
      ["audio-2", "en", "commentary"],
      ["audio-3", "fr", "description"],
    ]);
    expect(sounds.map(({ loudTo }) => Math.round(loudTo))).toEqual([3, 1, 2]);
    expect(new Set(sounds.map(({ durationSeconds }) => durationSeconds)).size).toBe(1);
  });

  it.each([
    ["a further one", "a:1", ["en", "fr"]],
    ["the default one", "a:0", ["en", "fr"]],
  ])("lacks a track of which nothing can be decoded: %s", async (_which, stream, languages) => {
    const { result } = await playAll(await withoutSense("three-sounds.mp4", stream), 3);
    expect(result.audio.map(({ language }) => language)).toEqual(languages);
    expect(result.audio.map(({ name }) => name)).toEqual(["audio", "audio-2"]);
    expect(result.audio[0]?.purpose).toBe(stream === "a:0" ? "commentary" : "main");
  });

  it("goes on where it changes from six channels to two", async () => {
    const { sound } = await playAll(await soundChanges(), 4);
    expect(sound?.loudFrom).toBeLessThan(0.05);
    expect(sound?.loudTo).toBeGreaterThan(3.9);
    expect(sound?.longestSilence).toBeLessThan(0.1);
  });

  it("is none where the source has none", async () => {
    const { result } = await playAll(await clip("silent.mp4"), 3);
    expect(result.audio).toEqual([]);
    expect(result.source.audioCodec).toBeNull();
  });
});
