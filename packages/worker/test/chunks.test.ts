import { execFile } from "node:child_process";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Plan } from "@telecine/core/plan/plan";
import { Settings, type SettingsInput } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import type { MadePart } from "@telecine/core/task/contract";
import { mergeParts } from "@telecine/core/task/merge";
import { describe, expect, it } from "vitest";
import { clip, type ClipName, withWords } from "./clips.ts";
import { createRunTool, type RunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import { FRAME, misplaced } from "./frames.ts";
import { type FolderBucket, SOURCE_KEY } from "./folder-bucket.ts";
import { type Harness, processed, withTask } from "./harness.ts";
import { childrenOf, groupOf } from "./processes.ts";
import { planOf } from "./plans.ts";
import { listen, play, publishForTest, type Ready } from "./playlists.ts";
import { cuts, GROUPED, grouped, hdr10 } from "./source-clips.ts";

const execute = promisify(execFile);
const LONG = { timeout: 240_000 };

/** Runs all parts of a plan, each as a task of its own, and puts together what they have made. */
async function chunked<Result>(
  file: string,
  plan: Plan,
  use: (result: Ready, task: Harness) => Promise<Result>,
  { settings = {}, run }: { readonly settings?: SettingsInput; readonly run?: RunTool } = {},
): Promise<Result> {
  return withTask(
    file,
    async (task) => {
      const parts: MadePart[] = [];
      for (let part = 0; part < plan.chunks.length; part++)
        parts.push(made(await task.runPart(part, run && { run })));
      return use(mergeParts(parts), task);
    },
    { plan, settings: Settings.parse(settings) },
  );
}

/** Tools, and the times that encodes of parts are sent to. */
function noting() {
  const starts: (string | undefined)[] = [];
  const tools = createRunTool(findTools());
  const run: RunTool = (invocation) => {
    const { args } = invocation;
    if (args.includes("-ss")) starts.push(args[args.indexOf("-ss") + 1]);
    return tools(invocation);
  };
  return { starts, run };
}

function made(result: Awaited<ReturnType<Harness["runPart"]>>): MadePart {
  if (result.outcome === "rejected") throw new Error(`rejected as ${result.code}`);
  return result;
}

/** What must be equal however a video was made: everything but the sizes of pictures. */
function gridOf({ renditions, audio, storyboard, thumbnails }: Ready) {
  return {
    renditions: renditions.map(({ init, segments, ...rest }) => ({
      ...rest,
      init: init.sha256,
      segments: segments.map(({ key, durationSeconds }) => [key, durationSeconds]),
    })),
    audio: audio.map(({ segments, ...rest }) => ({ ...rest, segments })),
    thumbnails: thumbnails.map(({ key }) => key),
    tiles: storyboard.sheets.reduce((sum, { tileCount }) => sum + tileCount, 0),
  };
}

/** Each decoded frame, small and grey. */
async function framesOf(result: Ready, task: Harness, name: string): Promise<Buffer> {
  await publishForTest(task.bucket, result);
  const playlist = join(task.bucket.root, outputPrefix(result), `${name}.m3u8`);
  const args = [
    "-v",
    "error",
    "-allowed_extensions",
    "ALL",
    "-i",
    playlist,
    "-vf",
    "scale=32:18,format=gray",
  ];
  const { stdout } = await execute("ffmpeg", [...args, "-f", "rawvideo", "-"], {
    encoding: "buffer",
    maxBuffer: 1 << 28,
  });
  return stdout;
}

describe("a video that several tasks have made equals what one makes", LONG, () => {
  it.each<[string, ClipName, NonNullable<Plan["timing"]>, number[]]>([
    ["film rate", "film.mp4", { startSeconds: 0, frameRate: "24000/1001", frameCount: 216 }, [0, 96, 192]],
    ["NTSC rate", "ntsc.mp4", { startSeconds: 0, frameRate: "30000/1001", frameCount: 150 }, [0, 120]],
    ["59.94", "smooth.mp4", { startSeconds: 0, frameRate: "60000/1001", frameCount: 300 }, [0, 240]],
    [
      "an index behind the media",
      "index-last.mp4",
      { startSeconds: 0, frameRate: "25/1", frameCount: 150 },
      [0, 100],
    ],
    ["uneven intervals", "uneven.mp4", { startSeconds: 0, frameRate: "30/1", frameCount: 150 }, [0, 120]],
    ["interlaced", "interlaced-long.mp4", { startSeconds: 0, frameRate: "25/1", frameCount: 150 }, [0, 100]],
  ])("%s: frames, cuts, initialization, sound and tiles", async (_, name, timing, cuts) => {
    const file = await clip(name);
    const plan = planOf(timing, cuts);
    await processed(file, async (whole, wholeTask) => {
      await chunked(file, plan, async (result, task) => {
        expect(gridOf(result)).toEqual(gridOf(whole));
        const smallest = whole.renditions.at(-1)?.name ?? "";
        const frames = await framesOf(result, task, smallest);
        expect(frames.length / FRAME).toBe(timing.frameCount);
        expect(misplaced(frames, await framesOf(whole, wholeTask, smallest))).toEqual([]);
      });
    });
  });

  it.each(GROUPED)("read from its keyframe or before: %s", async (name) => {
    const file = await grouped(name);
    const plan = planOf({ startSeconds: 0, frameRate: "24000/1001", frameCount: 216 }, [0, 96]);
    const { starts, run } = noting();
    await processed(file, async (whole, wholeTask) => {
      await chunked(
        file,
        plan,
        async (result, task) => {
          expect(gridOf(result)).toEqual(gridOf(whole));
          // The 97th frame is due at 4.004 s. Where another is decoded with it, reading begins a second earlier.
          expect(starts).toEqual([name === "one-late.mp4" ? "3.004000" : "4.014427"]);
          const frames = await framesOf(result, task, "240p");
          expect(frames.length / FRAME).toBe(216);
          expect(misplaced(frames, await framesOf(whole, wholeTask, "240p"))).toEqual([]);
        },
        { run },
      );
    });
  });

  it("HDR that is kept, and what is made of it for SDR", async () => {
    const file = await hdr10("mp4", 5);
    const settings = { hdr: "keep" as const };
    const timing = { startSeconds: 0, frameRate: "25/1", frameCount: 125 };
    const input = { settings: Settings.parse(settings) };
    await processed(
      file,
      async (whole, wholeTask) => {
        await chunked(
          file,
          planOf(timing, [0, 100]),
          async (result, task) => {
            expect(result.renditions.map(({ name }) => name)).toEqual(["240p", "240p-hdr"]);
            expect(gridOf(result)).toEqual(gridOf(whole));
            for (const name of ["240p", "240p-hdr"]) {
              const frames = await framesOf(result, task, name);
              expect(misplaced(frames, await framesOf(whole, wholeTask, name))).toEqual([]);
            }
          },
          { settings },
        );
      },
      input,
    );
  });

  it("the loudness of its sound, and its scene cuts by the clock of the whole", async () => {
    const timing = { startSeconds: 0, frameRate: "25/1", frameCount: 205 };
    await processed(await cuts(), async (whole) => {
      await chunked(await cuts(), planOf(timing, [0, 100, 200]), ({ source }) => {
        expect(source.sceneCuts).toEqual({ count: 2, times: [1.2, 5.2] });
        expect(source.loudness).toEqual(whole.source.loudness);
        expect(source.loudness).not.toBeNull();
        return Promise.resolve();
      });
    });
  });

  it.each(["words.mp4", "silent-words.mp4"] as const)("the words of its source: %s", async (name) => {
    const timing = { startSeconds: 0.52, frameRate: "25/1", frameCount: 125 };
    const file = await withWords(name);
    const wordsOf = async ({ captions }: Ready, { bucket, ticket }: Harness) => {
      const prefix = join(bucket.root, outputPrefix(ticket));
      const texts = captions.map(({ key }) => readFile(join(prefix, key), "utf8"));
      return { captions, texts: await Promise.all(texts) };
    };
    const whole = await processed(file, wordsOf);
    expect(whole.captions).toHaveLength(2);
    expect(await chunked(file, planOf(timing, [0, 100]), wordsOf)).toEqual(whole);
  });

  it("plays from one part into the next, with its sound in place", async () => {
    const timing = { startSeconds: 0, frameRate: "24000/1001", frameCount: 216 };
    await chunked(await clip("film.mp4"), planOf(timing, [0, 96, 192]), async (result, task) => {
      await publishForTest(task.bucket, result);
      const folder = join(task.bucket.root, outputPrefix(result));
      const picture = await play(join(folder, "240p.m3u8"));
      expect(picture).toMatchObject({ frames: 216, startSeconds: 0, frameRate: "24000/1001" });
      expect(Math.abs(picture.durationSeconds - 9.009)).toBeLessThan(0.002);
      const sound = await listen(join(folder, "audio.m3u8"));
      expect(sound.loudFrom).toBeLessThan(0.03);
      expect(sound.loudTo).toBeGreaterThan(8.95);
      expect(sound.longestSilence).toBeLessThan(0.01);
    });
  });
});

it("a part that does not make its frames fails, and has no result", LONG, async () => {
  // The plan promises twice the frames that there are: the first part ends in the middle of nothing.
  const plan = planOf({ startSeconds: 0, frameRate: "25/1", frameCount: 400 }, [0, 200]);
  await withTask(
    await clip("index-last.mp4"),
    async (task) => {
      await expect(task.runPart(0)).rejects.toMatchObject({ code: "output_invalid" });
      expect(task.bucket.written.map(({ key }) => key)).not.toContainEqual(expect.stringContaining("part-"));
    },
    { plan },
  );
});

it(
  "a part whose encoder is killed amid its segments has no result, and made again equals what one makes",
  LONG,
  async () => {
    const file = await clip("film.mp4");
    const plan = planOf({ startSeconds: 0, frameRate: "24000/1001", frameCount: 216 }, [0, 192]);
    await processed(file, async (whole) => {
      await withTask(
        file,
        async (task) => {
          const killed = expect(task.runPart(0, killedAfterSegment(task.bucket))).rejects;
          // SIGKILL is how a machine takes memory back.
          await killed.toMatchObject({ code: "processing_out_of_memory" });
          const keys = task.bucket.written.map(({ key }) => key);
          expect(keys).toContainEqual(expect.stringMatching(/p\/00000\.m4s$/));
          expect(keys).not.toContainEqual(expect.stringMatching(/part-|p\/00003\.m4s$/));
          const parts = [made(await task.runPart(0)), made(await task.runPart(1))];
          expect(gridOf(mergeParts(parts))).toEqual(gridOf(whole));
        },
        { plan },
      );
    });
  },
);

/** A task that reads four seconds in one, so that it is at work still when its first segment is stored, and is killed then. */
function killedAfterSegment(bucket: FolderBucket): NonNullable<Parameters<Harness["runPart"]>[1]> {
  const run = createRunTool(findTools());
  const slowly = ["-readrate", "4", "-i"];
  return {
    run: (invocation) =>
      invocation.args.includes("-filter_complex")
        ? run({ ...invocation, args: invocation.args.flatMap((arg) => (arg === "-i" ? slowly : [arg])) })
        : run(invocation),
    bucket: {
      ...bucket,
      write: async (key, ...rest) => {
        await bucket.write(key, ...rest);
        if (/p\/\d+\.m4s$/.test(key)) killTools();
      },
    },
  };
}

/** Tools run in process groups of their own. */
function killTools(): void {
  for (const pid of childrenOf(process.pid)) if (groupOf(pid) === pid) process.kill(-pid, "SIGKILL");
}

it("a source that was replaced meanwhile is a rejection, also of a part", LONG, async () => {
  const plan = planOf({ startSeconds: 0, frameRate: "25/1", frameCount: 150 }, [0, 100]);
  await withTask(
    await clip("index-last.mp4"),
    async (task) => {
      await appendFile(join(task.bucket.root, SOURCE_KEY), "more");
      expect(await task.runPart(1)).toMatchObject({ outcome: "rejected", code: "source_replaced" });
    },
    { plan },
  );
});
