import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Plan } from "@telecine/core/plan/plan";
import { Settings, type SettingsInput } from "@telecine/core/settings/settings";
import { outputPrefix } from "@telecine/core/storage/keys";
import type { EncodedRendition, MadePart } from "@telecine/core/task/contract";
import { mergeParts } from "@telecine/core/task/merge";
import { describe, expect, it } from "vitest";
import { clip, type ClipName } from "./clips.ts";
import { type Harness, withTask } from "./harness.ts";
import { play, publishForTest, type Ready } from "./playlists.ts";

const execute = promisify(execFile);
const LONG = { timeout: 240_000 };

/** Runs one file through a whole task with settings of its owner. */
async function encoded<Result>(
  name: ClipName,
  settings: SettingsInput,
  use: (result: Ready, task: Harness) => Promise<Result>,
): Promise<Result> {
  const asked = { settings: Settings.parse(settings) };
  return withTask(
    await clip(name),
    async (task) => {
      const result = await task.run();
      if (result.outcome !== "ready") throw new Error(`rejected as ${result.code}`);
      await publishForTest(task.bucket, result);
      return use(result, task);
    },
    asked,
  );
}

const playlistOf = (result: Ready, { bucket }: Harness, name: string) =>
  join(bucket.root, outputPrefix(result), `${name}.m3u8`);

interface Probed {
  readonly packets: readonly { readonly pts: number; readonly flags: string }[];
  readonly streams: readonly Record<string, string | number>[];
}

/** What ffprobe finds in a playlist, segment by segment. */
async function probed(playlist: string): Promise<Probed> {
  const entries =
    "packet=pts,flags:stream=codec_name,codec_tag_string,profile,level,color_space,color_primaries";
  const args = [
    "-v",
    "error",
    "-allowed_extensions",
    "ALL",
    "-show_entries",
    entries,
    "-of",
    "json",
    playlist,
  ];
  return JSON.parse((await execute("ffprobe", args)).stdout) as Probed;
}

/** Where players may enter: the times of keyframes, and how many pictures there are, in ticks of the stream. */
async function gridOf(playlist: string) {
  const { packets } = await probed(playlist);
  return {
    pictures: packets.length,
    keyframes: packets.filter(({ flags }) => flags.startsWith("K")).map(({ pts }) => pts),
  };
}

const BOTH = { codecs: ["hevc" as const, "av1" as const] };

describe("every codec", LONG, () => {
  it.each<[string, ClipName, number[]]>([
    // Groups of two seconds, in ticks that divide by the rate.
    ["25 frames a second", "wide.mp4", [0, 50, 100]],
    ["film rate", "film.mp4", [0, 48, 96, 144, 192]],
    ["59.94", "smooth.mp4", [0, 120, 240]],
    ["a picture every five seconds", "slideshow.mp4", [0, 1, 2, 3]],
    ["a single picture", "still.mp4", [0]],
  ])("begins its groups and segments at the same frames: %s", async (_rate, name, expected) => {
    await encoded(name, BOTH, async (result, task) => {
      const [first] = result.renditions;
      const durations = result.renditions.map(({ segments }) => segments.map((s) => s.durationSeconds));
      for (const [index, rendition] of result.renditions.entries()) {
        const { pictures, keyframes } = await gridOf(playlistOf(result, task, rendition.name));
        expect([rendition.name, pictures]).toEqual([rendition.name, first?.frameCount]);
        const ticks = keyframes[1] === undefined ? 1 : keyframes[1] / (expected[1] ?? 1);
        expect(keyframes.map((pts) => pts / ticks)).toEqual(expected);
        expect(durations[index]).toEqual(durations[0]);
      }
    });
  });

  it("is named as its own stream says, decodes to the end, and is tagged with its colour", async () => {
    await encoded("wide.mp4", BOTH, async (result, task) => {
      expect(result.renditions.map(({ name, width, height }) => `${name} ${width}x${height}`)).toEqual([
        "360p 640x360",
        "240p 426x240",
        "360p-hevc 640x360",
        "240p-hevc 426x240",
        "360p-av1 640x360",
        "240p-av1 426x240",
      ]);
      for (const rendition of result.renditions) {
        const playlist = playlistOf(result, task, rendition.name);
        const [stream] = (await probed(playlist)).streams;
        expect(rendition.codecs).toBe(codecsBy(stream ?? {}));
        expect(stream).toMatchObject({ color_space: "smpte170m", color_primaries: "smpte170m" });
        const played = await play(playlist);
        // Newer codecs need not say that pixels are square.
        expect(["1:1", ""]).toContain(played.aspect);
        expect(played).toMatchObject({
          ...{ frames: 150, startSeconds: 0, pixelFormat: "yuv420p", frameRate: "25/1" },
          ...{ width: rendition.width, height: rendition.height },
        });
      }
    });
  });

  it("goes on from one part of a video into the next", async () => {
    const timing = { startSeconds: 0, frameRate: "24000/1001", frameCount: 216 };
    const plan: Plan = {
      ...{ mode: "chunked", task: { vcpu: 2, memoryGb: 4, diskGb: 21 }, timing, alternatives: [] },
      chunks: [
        { firstFrame: 0, frameCount: 96 },
        { firstFrame: 96, frameCount: 120 },
      ],
      estimate: { latencySeconds: 1, costUsd: 0, vcpuSeconds: 0, transitions: 1 },
      reasons: ["as the test says"],
    };
    const input = { plan, settings: Settings.parse(BOTH) };
    await withTask(
      await clip("film.mp4"),
      async (task) => {
        const result = mergeParts([await made(task, 0), await made(task, 1)]);
        await publishForTest(task.bucket, result);
        expect(result.renditions.map(({ name }) => name)).toEqual(["240p", "240p-hevc", "240p-av1"]);
        for (const { name } of result.renditions) {
          const playlist = playlistOf(result, task, name);
          const played = await play(playlist);
          // Newer codecs need not say that pixels are square.
          expect(["1:1", ""]).toContain(played.aspect);
          expect(played).toMatchObject({ frames: 216, startSeconds: 0 });
          expect(await gridOf(playlist)).toMatchObject({ pictures: 216 });
        }
      },
      input,
    );
  });
});

async function made(task: Harness, part: number): Promise<MadePart> {
  const result = await task.runPart(part);
  if (result.outcome === "rejected") throw new Error(`rejected as ${result.code}`);
  return result;
}

/** RFC 6381 and the codecs' own rules, out of what ffprobe reads from the stream. */
function codecsBy({
  codec_name: codec,
  codec_tag_string: tag,
  level,
}: Record<string, string | number>): string {
  const number = Number(level);
  if (codec === "h264") return `${tag}.6400${number.toString(16)}`;
  // Main profile, which Main 10 decoders take too, and Main tier; 0x90: progressive pictures, whole frames.
  if (codec === "hevc") return `${tag}.1.6.L${number}.90`;
  return `${tag}.0.${String(number).padStart(2, "0")}M.08`;
}

describe("a ladder", LONG, () => {
  const brief = ({ rung }: EncodedRendition) => [rung?.name, rung?.reason, rung?.maxBitrateKbps];

  it("is what the owner asked for, and says of every size why it is there or not", async () => {
    const rungs = [{ shortSide: 720 }, { shortSide: 200, maxBitrateKbps: 300, crf: 30 }];
    await encoded("wide.mp4", { ladder: { rungs } }, (result) => {
      expect(result.renditions.map(brief)).toEqual([["200p", "asked", 300]]);
      expect(result.renditions[0]).toMatchObject({ width: 356, height: 200 });
      expect(result.droppedRungs).toEqual([{ name: "720p", reason: "larger_than_source" }]);
      return Promise.resolve();
    });
  });

  it("spends no more than twice what the source has", async () => {
    // Grey that stands still: a keyframe of some hundred bytes and next to nothing besides.
    await encoded("grey.mp4", {}, (result) => {
      expect(result.renditions.map(brief)).toEqual([["360p", "top", 50]]);
      expect(result.droppedRungs).toContainEqual({ name: "240p", reason: "nothing_slower" });
      return Promise.resolve();
    });
  });
});

describe("optimized", LONG, () => {
  it("tries scenes first, and comes close to what it said", async () => {
    await encoded("wide.mp4", { quality: "optimized", codecs: ["av1"] }, (result, task) => {
      expect(task.phases.slice(0, 3)).toEqual(["downloading", "probing", "encoding"]);
      const [best, ...others] = result.renditions;
      const seconds = best?.segments.reduce((sum, { durationSeconds }) => sum + durationSeconds, 0) ?? 0;
      const bytes = best?.segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) ?? 0;
      const { predictedBitrateKbps, predictedSsimDb, crf, quality } = best?.rung ?? {};
      expect(quality).toBe("optimized");
      // Moving bars are the same work all the time: one group of three tells nearly all.
      expect((bytes * 8) / 1000 / seconds / (predictedBitrateKbps ?? 0)).toBeGreaterThan(0.8);
      expect((bytes * 8) / 1000 / seconds / (predictedBitrateKbps ?? 0)).toBeLessThan(1.2);
      expect(crf).toBeGreaterThanOrEqual(24);
      expect(predictedSsimDb).toBeGreaterThan(10);
      expect(others.some(({ rung }) => rung?.codec === "av1" && rung.predictedBitrateKbps === null)).toBe(
        true,
      );
      return Promise.resolve();
    });
  });

  it("takes as many rungs as may be asked for, of HDR too", async () => {
    const rungs = Array.from({ length: 10 }, (_, index) => ({ shortSide: 240 - index * 8 }));
    await encoded("deep.mkv", { quality: "optimized", ladder: { rungs } }, (result) => {
      expect(result.renditions).toHaveLength(10);
      expect(result.renditions.every(({ rung }) => rung?.predictedBitrateKbps)).toBe(true);
      return Promise.resolve();
    });
  });

  it("of a part is refused unless it was decided before, for all parts alike", async () => {
    const timing = { startSeconds: 0, frameRate: "25/1", frameCount: 150 };
    const plan: Plan = {
      ...{ mode: "chunked", task: { vcpu: 2, memoryGb: 4, diskGb: 21 }, timing, alternatives: [] },
      chunks: [
        { firstFrame: 0, frameCount: 100 },
        { firstFrame: 100, frameCount: 50 },
      ],
      estimate: { latencySeconds: 1, costUsd: 0, vcpuSeconds: 0, transitions: 1 },
      reasons: ["as the test says"],
    };
    const settings = Settings.parse({ quality: "optimized" });
    const file = await clip("wide.mp4");
    await withTask(file, (task) => expect(task.runPart(1)).rejects.toThrow("A part cannot optimize"), {
      ...{ plan, settings },
    });
    const ladder = await encoded("wide.mp4", { quality: "optimized" }, ({ renditions, droppedRungs }) =>
      Promise.resolve({ rungs: renditions.flatMap(({ rung }) => rung ?? []), dropped: droppedRungs }),
    );
    await withTask(
      file,
      async (task) => {
        const { renditions } = await made(task, 1);
        expect(renditions.map(({ rung }) => rung)).toEqual(ladder.rungs);
      },
      { plan, settings, ladder },
    );
  });
});
