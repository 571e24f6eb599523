import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { Settings, type SettingsInput } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import { describe, expect, it } from "vitest";
import { createRunTool, type RunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import type { Bucket } from "../src/storage/bucket.ts";
import { TaskFailure } from "../src/task/outcome.ts";
import { clip, ffmpegBytes, words } from "./clips.ts";
import { FRAME, misplaced } from "./frames.ts";
import { type Harness, withTask } from "./harness.ts";
import { planOf } from "./plans.ts";
import { hdr10 } from "./source-clips.ts";

const LONG = { timeout: 240_000 };
const run = createRunTool(findTools());

/** What encodes one rung; all are encoded beside a storyboard, and tried into a file of digests. */
const isHead = ({ args }: Parameters<RunTool>[0]) =>
  args.includes("libx264") && !args.includes("[board]") && !args.includes("framecrc");

/** Counts what is encoded ahead of the rest. */
function counting() {
  const heads: (readonly string[])[] = [];
  const counted: RunTool = (invocation) => {
    if (isHead(invocation)) heads.push(invocation.args);
    return run(invocation);
  };
  return { heads, run: counted };
}

/** A way to a task's bucket that notes a digest of all that is written, by its name below the output. */
function noting({ bucket, ticket }: Harness) {
  const digests = new Map<string, string[]>();
  const prefix = outputPrefix(ticket);
  const noted: Bucket = {
    ...bucket,
    write: async (key, body, ...rest) => {
      await bucket.write(key, body, ...rest);
      const name = key.replace(prefix, "");
      const digest = createHash("sha256").update(body).digest("hex");
      digests.set(name, [...(digests.get(name) ?? []), digest]);
    },
  };
  return { bucket: noted, digests };
}

/** Each frame of a segment with its initialization, made small and grey: more than enough to know it by. */
async function framesOf(task: Harness, folder: string, segment: string): Promise<Buffer> {
  const path = (name: string) => join(task.bucket.root, outputPrefix(task.ticket), folder, name);
  const joined = `concat:${path("init.mp4")}|${path(segment)}`;
  const output = words("-fps_mode passthrough -vf scale=32:18,format=gray -f rawvideo -");
  return ffmpegBytes(["-v", "error", "-i", joined, ...output]);
}

describe("the beginning that is made ahead is what the encode makes", LONG, () => {
  it.each<[string, () => Promise<string>, SettingsInput, number]>([
    ["of a video with sound, made smaller in steps", () => clip("long.mp4"), {}, 60],
    ["of pictures that want more than the limit", () => clip("noisy.mp4"), {}, 48],
    ["with a chosen quality", () => clip("noisy.mp4"), { quality: "optimized" }, 48],
    ["of sound that is made louder", () => clip("two-rungs.mp4"), { loudness: "normalize" }, 50],
    ["of HDR beside HDR", () => hdr10("mp4", 17), { hdr: "keep", codecs: ["hevc"] }, 50],
  ])("%s", async (_, file, settings, frameCount) => {
    await withTask(
      await file(),
      async (task) => {
        const { bucket, digests } = noting(task);
        const { heads, run } = counting();
        const result = await task.run({ bucket, run });
        if (result.outcome !== "ready") throw new Error(`rejected as ${result.code}`);
        expect(heads).toHaveLength(1);
        // What is kept for ever is written again with the same bytes only.
        const twice = [...digests].filter(([name, made]) => !name.endsWith(".m3u8") && made.length > 1);
        const sounds = result.audio.flatMap(({ name }) => [`${name}/00000.m4s`, `${name}/init.mp4`]);
        expect(twice.map(([name]) => name).toSorted()).toEqual(["240p/init.mp4", ...sounds].toSorted());
        for (const [name, made] of twice) expect(new Set(made).size, name).toBe(1);
        const [ahead, made] = [
          await framesOf(task, "240p", "head.m4s"),
          await framesOf(task, "240p", "00000.m4s"),
        ];
        expect(ahead.length).toBe(frameCount * FRAME);
        expect(misplaced(ahead, made)).toEqual([]);
      },
      { settings: Settings.parse(settings) },
    );
  });
});

/** The playlists that were written, in order: what a player that opens the video then is offered. */
function offering({ bucket, ticket }: Harness) {
  const master = `${outputPrefix(ticket)}growing.m3u8`;
  const offers: string[][] = [];
  const editions: string[] = [];
  const watched: Bucket = {
    ...bucket,
    write: async (key, body, ...rest) => {
      if (key === master) {
        const text = Buffer.from(body).toString();
        const names = [...text.matchAll(/([\w-]+)\/growing\.m3u8/g)].map(([, name = ""]) => name);
        const stored = new Set(bucket.written.map(({ key }) => key));
        for (const name of names) expect(stored).toContain(`${outputPrefix(ticket)}${name}/growing.m3u8`);
        offers.push(names.toSorted());
      }
      if (key === `${outputPrefix(ticket)}240p/growing.m3u8`) editions.push(Buffer.from(body).toString());
      await bucket.write(key, body, ...rest);
    },
  };
  return { bucket: watched, offers, editions };
}

const ALL = ["240p", "360p", "audio"];

describe("a video is offered early", LONG, () => {
  it("with its smallest rung and its sound, and again once all rungs have begun, by playlists that only grow", async () => {
    await withTask(await clip("two-rungs.mp4"), async (task) => {
      const { bucket, offers, editions } = offering(task);
      await task.run({ bucket });
      expect(offers).toEqual([["240p", "audio"], ALL]);
      expect(task.playable).toEqual([`${outputPrefix(task.ticket)}growing.m3u8`]);
      expect(editions.length).toBeGreaterThanOrEqual(3);
      editions.slice(1).forEach((edition, index) => {
        expect(edition.startsWith(editions[index] ?? "?")).toBe(true);
      });
    });
  });

  it("by its encode alone when the beginning cannot be made ahead", async () => {
    await withTask(await clip("two-rungs.mp4"), async (task) => {
      const { bucket, offers } = offering(task);
      const failing: RunTool = (invocation) =>
        isHead(invocation)
          ? Promise.reject(new TaskFailure("processing_failed", "The disk is full."))
          : run(invocation);
      expect((await task.run({ bucket, run: failing })).outcome).toBe("ready");
      expect(offers).toEqual([ALL]);
      await expect(readdir(join(task.workRoot))).resolves.toEqual([]);
    });
  });

  it.each([
    ["by its encode alone after an earlier run of the task, whose playlist goes on", "growing.m3u8", [ALL]],
    ["not at all while the source is shown as it is", "preview.m3u8", []],
  ])("%s", async (_, playlist, expected) => {
    await withTask(await clip("two-rungs.mp4"), async (task) => {
      const { bucket, offers } = offering(task);
      const { heads, run } = counting();
      await task.run({ bucket, run, playedBy: outputPrefix(task.ticket) + playlist });
      expect(heads).toEqual([]);
      expect(offers).toEqual(expected);
    });
  });

  it("by the task that makes its beginning, of several", async () => {
    const timing = { startSeconds: 0, frameRate: "25/1", frameCount: 425 };
    await withTask(
      await clip("two-rungs.mp4"),
      async (task) => {
        const { bucket, offers } = offering(task);
        const { heads, run } = counting();
        await task.runPart(1, { bucket, run });
        expect([heads, offers]).toEqual([[], []]);
        await task.runPart(0, { bucket, run });
        expect(heads).toHaveLength(1);
        expect(offers).toEqual([["240p", "audio"], ALL]);
      },
      { plan: planOf(timing, [0, 200]) },
    );
  });
});
