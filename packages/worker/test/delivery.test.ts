import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { outputPrefix } from "@telecine/core/storage/keys";
import { expect, it } from "vitest";
import { createRunTool, type RunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import type { Bucket } from "../src/storage/bucket.ts";
import { createTrackMeter } from "../src/verify/track.ts";
import { clip } from "./clips.ts";
import { type Harness, withTask } from "./harness.ts";

const LONG = { timeout: 120_000 };
const run = createRunTool(findTools());

/** The encode of all rungs, which makes a storyboard beside them. */
const isEncode = ({ args }: Parameters<RunTool>[0]) => args.includes("[board]");

/** Runs tools as they are, and listens to how many frames the encode says that it has made. */
function counting(onFrames: (frames: number) => void): RunTool {
  return (invocation) => {
    const { onLine } = invocation;
    if (!onLine || !isEncode(invocation)) return run(invocation);
    const listening = (line: string) => {
      onLine(line);
      if (line.startsWith("frame=")) onFrames(Number(line.slice("frame=".length)));
    };
    return run({ ...invocation, onLine: listening });
  };
}

/** Every segment that a playlist names, and whether it says that nothing follows. */
async function readPlaylist(task: Harness, name: string) {
  const text = await readFile(
    join(task.bucket.root, outputPrefix(task.ticket), name, "growing.m3u8"),
    "utf8",
  );
  return { segments: text.match(/^\d+\.m4s$/gm) ?? [], isEnded: text.includes("#EXT-X-ENDLIST") };
}

it(
  "a video can be played from its first segment on, by playlists that name only what is there",
  LONG,
  async () => {
    await withTask(await clip("long.mp4"), async (task) => {
      let early: { segments: string[]; isEnded: boolean }[] = [];
      const watched: RunTool = async (invocation) => {
        const ended = await run(invocation);
        if (!isEncode(invocation)) return ended;
        const prefix = outputPrefix(task.ticket);
        expect(task.playable).toEqual([`${prefix}growing.m3u8`]);
        const master = await readFile(join(task.bucket.root, prefix, "growing.m3u8"), "utf8");
        const names = [...master.matchAll(/([\w-]+)\/growing\.m3u8/g)].map(([, name = ""]) => name);
        expect(names).toHaveLength(5);
        early = await Promise.all(names.map((name) => readPlaylist(task, name)));
        const keys = new Set(task.bucket.written.map(({ key }) => key));
        names.forEach((name, index) => {
          for (const segment of early[index]?.segments ?? [])
            expect(keys).toContain(`${prefix}${name}/${segment}`);
        });
        return ended;
      };
      await task.run({ run: watched });
      for (const { segments, isEnded } of early) {
        expect(segments.length).toBeGreaterThanOrEqual(1);
        expect(isEnded).toBe(false);
      }
      const { headers } = task.bucket.written.find(({ key }) => key.endsWith("growing.m3u8")) ?? {};
      expect(headers?.cacheControl).toBe("public, max-age=1");
    });
  },
);

it(
  "how far an encode is gets told from its beginning on, and all of its rungs can be played in its first third",
  LONG,
  async () => {
    await withTask(await clip("long.mp4"), async (task) => {
      const told: number[] = [];
      const toldBefore: number[] = [];
      const bucket: Bucket = {
        ...task.bucket,
        write: async (key, ...rest) => {
          await task.bucket.write(key, ...rest);
          if (key === `${outputPrefix(task.ticket)}growing.m3u8`) toldBefore.push(told.at(-1) ?? 0);
        },
      };
      await task.run({ run: counting((frames) => told.push(frames)), bucket });
      // 600 frames, a group every 60. The smallest rung is offered before the encode begins, and then all.
      expect(told[0]).toBeLessThan(60);
      expect(toldBefore).toEqual([0, expect.any(Number)]);
      expect(toldBefore[1]).toBeGreaterThanOrEqual(60);
      expect(toldBefore[1]).toBeLessThan(200);
      expect(told.at(-1)).toBe(600);
    });
  },
);

it("a fragment counts once its last byte is written", LONG, async () => {
  await withTask(await clip("wide.mp4"), async (task) => {
    await task.run();
    const stored = join(task.bucket.root, outputPrefix(task.ticket), "audio");
    const [init, bytes] = await Promise.all(
      ["init.mp4", "00000.m4s"].map((name) => readFile(join(stored, name))),
    );
    if (!init || !bytes) throw new Error("There is no sound.");
    const folder = join(task.bucket.root, "encode");
    await mkdir(join(folder, "out", "audio"), { recursive: true });
    await writeFile(join(folder, "out", "audio", "init.mp4"), init);
    const meter = createTrackMeter(folder, {
      ...{ name: "audio", firstFragment: 0, segmentOf: (fragment: number) => fragment },
      startTicks: () => 0,
    });
    const path = join(folder, "out", "audio", "f00000.m4s");
    expect(await meter.advance(false)).toEqual([]);
    const mediaAt = bytes.indexOf("mdat") - 4;
    // Nothing, half a header, all boxes but the media, its header alone, all but a byte.
    for (const length of [0, 4, mediaAt, mediaAt + 8, bytes.length - 1]) {
      await writeFile(path, bytes.subarray(0, length));
      expect(await meter.advance(false), `${length} bytes`).toEqual([]);
    }
    await writeFile(path, bytes);
    expect(await meter.advance(false)).toMatchObject([{ key: "audio/00000.m4s", sizeBytes: bytes.length }]);
  });
});

it("segments lie in the bucket while the encode goes on", LONG, async () => {
  await withTask(await clip("long.mp4"), async (task) => {
    let before: string[] = [];
    const halfWay = (frames: number) => {
      if (frames < 350) before = task.bucket.written.map(({ key }) => key);
    };
    const result = await task.run({ run: counting(halfWay) });
    const prefix = outputPrefix(task.ticket);
    const names = result.outcome === "ready" ? [...result.renditions, ...result.audio] : [];
    expect(names).toHaveLength(5);
    for (const { name } of names) {
      expect(before).toContain(`${prefix}${name}/init.mp4`);
      expect(before).toContain(`${prefix}${name}/00000.m4s`);
    }
    expect(before).not.toContain(`${prefix}${names[0]?.name}/00005.m4s`);
  });
});
