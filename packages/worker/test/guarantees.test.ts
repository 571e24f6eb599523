import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { outputPrefix, taskResultKey } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { begunMidway, clip } from "./clips.ts";
import { readResult } from "./folder-bucket.ts";
import { type Harness, leftovers, processed, withTask } from "./harness.ts";

import { play, publishForTest, type Ready } from "./playlists.ts";

describe("a task", { timeout: 120_000 }, () => {
  it("writes its result last, after every file that it names, each with its type and kept for ever by caches", async () => {
    await processed(await clip("wide.mp4"), async (result, task) => {
      const keys = task.bucket.written.map(({ key }) => key);
      expect(keys.at(-1)).toBe(taskResultKey(task.ticket));
      const prefix = outputPrefix(task.ticket);
      const named = [...result.renditions, ...result.audio].flatMap(({ init, segments }) => [
        init,
        ...segments,
      ]);
      const others = keys.slice(0, -1).filter((key) => !key.endsWith("growing.m3u8"));
      expect(others.sort()).toEqual(
        [...named, result.poster, ...result.storyboard.sheets, ...result.thumbnails]
          .map(({ key }) => prefix + key)
          .sort(),
      );
      for (const { key, sizeBytes } of [
        ...named,
        result.poster,
        ...result.storyboard.sheets,
        ...result.thumbnails,
      ]) {
        expect((await readFile(join(task.bucket.root, prefix, key))).length).toBe(sizeBytes);
      }
      const headers = Object.fromEntries(task.bucket.written.map((object) => [object.key, object.headers]));
      const cacheControl = "public, max-age=31536000, immutable";
      expect(headers[`${prefix}360p/init.mp4`]).toEqual({ contentType: "video/mp4", cacheControl });
      expect(headers[`${prefix}audio/00000.m4s`]).toEqual({ contentType: "audio/mp4", cacheControl });
      expect(headers[`${prefix}poster.jpg`]).toEqual({ contentType: "image/jpeg", cacheControl });
      expect(await readResult(task.bucket, task.ticket)).toEqual(result);
    });
  });

  it("makes the same of the same source: all frames, cut at the same places, and the same sound to the byte", async () => {
    const file = await clip("film.mp4");
    const run = () =>
      processed(file, async (result, task) => ({ grid: gridOf(result), sound: await soundOf(task) }));
    const first = await run();
    expect(Object.keys(first.sound).length).toBeGreaterThan(2);
    expect(await run()).toEqual(first);
  });

  it("cuts segments of two closed groups, 4.004 s of film to the frame, but the first two of one each", async () => {
    await processed(await clip("film.mp4"), async ({ renditions }) => {
      // 9 s at 24000/1001 are 216 frames; 48 frames make a group.
      const durations = renditions[0]?.segments.map(({ durationSeconds }) => durationSeconds);
      expect(durations).toEqual([2.002, 2.002, 4.004, 1.001]);
      expect(renditions[0]?.frameCount).toBe(216);
    });
  });

  it("tells its phases in order, and progress that only grows", async () => {
    await processed(await clip("wide.mp4"), async (_, { phases, progress }) => {
      expect(phases).toEqual(["downloading", "probing", "encoding", "verifying", "storing"]);
      const values = progress.map((report) => report.progress);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
    });
  });

  it("begins at zero where the first pictures of the source cannot be decoded", async () => {
    await processed(await begunMidway(), async (result, task) => {
      await publishForTest(task.bucket, result);
      const [best] = result.renditions;
      const picture = await play(join(task.bucket.root, outputPrefix(task.ticket), `${best?.name}.m3u8`));
      expect(picture.startSeconds).toBe(0);
      expect(picture.frames).toBe(best?.frameCount);
      // A third of six seconds was cut away.
      expect(Math.abs(picture.durationSeconds - 4)).toBeLessThan(0.3);
    });
  });

  it("works in a folder of any name", async () => {
    const run = async (task: Harness) => {
      expect(await task.run()).toMatchObject({ outcome: "ready" });
      expect(await leftovers(task)).toEqual([]);
    };
    await withTask(await clip("wide.mp4"), run, { workFolder: `-i "it's" %03d ü [0:v]` });
  });

  it("takes no poster from a black beginning", async () => {
    await processed(await clip("black-first.mp4"), async (result, { bucket, ticket }) => {
      const poster = await readFile(join(bucket.root, outputPrefix(ticket), result.poster.key));
      // A black JPEG of this size has 0.7 kB, and bars have ten times that.
      expect(poster.length).toBeGreaterThan(5_000);
    });
  });

  it("takes no poster from a part that is out of focus", async () => {
    await processed(await clip("blurred-first.mp4"), async (result, { bucket, ticket }) => {
      const poster = await readFile(join(bucket.root, outputPrefix(ticket), result.poster.key));
      // Sharp bars of this size have 12 kB, blurred ones less than half of that.
      expect(poster.length).toBeGreaterThan(7_000);
    });
  });

  it("ends quietly, without a result, when nobody waits for its attempt any more", async () => {
    await withTask(await clip("wide.mp4"), async (task) => {
      const canceledWhile = (phase: string) => Promise.resolve(phase !== "verifying");
      await expect(task.run({ enterPhase: canceledWhile })).rejects.toMatchObject({ name: "Superseded" });
      expect(task.bucket.written.map(({ key }) => key)).not.toContain(taskResultKey(task.ticket));
      expect(await leftovers(task)).toEqual([]);
    });
  });
});

/** A result without the sizes of pictures: the encoder's threads race each other for the last bits. */
function gridOf({ renditions, audio, storyboard }: Ready) {
  const withoutSizes = renditions.map(({ init, segments, ...rendition }) => ({
    ...rendition,
    init,
    segments: segments.map(({ key, durationSeconds }) => ({ key, durationSeconds })),
  }));
  const { sheets, ...layout } = storyboard;
  return { renditions: withoutSizes, audio, layout, sheets: sheets.map(({ key }) => key) };
}

async function soundOf({ bucket, ticket }: Harness): Promise<Record<string, string>> {
  const folder = join(bucket.root, outputPrefix(ticket), "audio");
  const hashes = (await readdir(folder)).sort().map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash("sha256").update(bytes).digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}
