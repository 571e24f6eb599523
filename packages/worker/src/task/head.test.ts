import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import type { Rung } from "@telecine/core/ladder/ladder";
import type { Codec } from "@telecine/core/ladder/profiles";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { Invocation } from "../ffmpeg/spawn.ts";
import { BT709 } from "../color/plan.ts";
import type { EncodePlace } from "./encode-all.ts";
import { headRung, makeHead } from "./head.ts";

const rung = (name: string, codec: Codec) =>
  ({ name, codec, width: 640, height: 360, quality: "standard", videoRange: "SDR" }) as Rung;
const PLAN = {
  rungs: [rung("1080p", "h264"), rung("360p", "h264"), rung("360p-hevc", "hevc")],
  ...{ totalFrames: 480, framesPerGroup: 60, gains: "none", audio: [{ name: "audio" }] },
} as unknown as EncodePlan;

it("a video begins with the smallest rung that every player plays", () => {
  expect(headRung(PLAN)?.name).toBe("360p");
});

it.each<[string, Partial<EncodePlan>]>([
  ["the only rung begins as soon by itself", { rungs: [rung("360p", "h264")] }],
  ["a short video is made soon", { totalFrames: 479 }],
  ["gains are not known before all has been heard", { gains: "wanted" }],
])("nothing is made ahead where it gains nothing: %s", (_, part) => {
  expect(headRung({ ...PLAN, ...part })).toBeUndefined();
});

const WHOLE: EncodePlan = {
  ...PLAN,
  source: "/source",
  video: {
    ...{ streamIndex: 0, startSeconds: 0, interlaced: false },
    color: { kind: "keep", range: "limited", tags: BT709 },
  },
  audio: [],
  frameRate: { num: 30, den: 1 },
  framesPerSegment: 120,
};

it("a head that takes too long is given up, and nothing of it stays on the disk", async () => {
  const folder = await mkdtemp(join(tmpdir(), "telecine-head-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  // An ffmpeg that reads on and on, and is ended by its signal.
  const run = ({ signal }: Invocation) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        reject(signal.reason as Error);
      });
    });
  const place = {
    folder,
    prefix: "out/",
    run,
    signal: new AbortController().signal,
  } as unknown as EncodePlace;
  await expect(makeHead(rung("360p", "h264"), WHOLE, place, 50)).rejects.toThrow("timeout");
  expect(await readdir(folder)).toEqual([]);
});
