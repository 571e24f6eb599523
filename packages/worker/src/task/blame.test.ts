import { describe, expect, it } from "vitest";
import { BT709 } from "../color/plan.ts";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { Ended, Invocation } from "../ffmpeg/spawn.ts";
import { blamingSource } from "./blame.ts";
import { Rejection, TaskFailure } from "./outcome.ts";

const PLAN: EncodePlan = {
  source: "source",
  video: {
    streamIndex: 3,
    startSeconds: 0,
    interlaced: false,
    color: { kind: "keep", range: "limited", tags: BT709 },
  },
  audio: [{ name: "audio", streamIndex: 5, startSeconds: 0, unknownLayout: false }],
  gains: "none",
  frameRate: { num: 25, den: 1 },
  firstFrame: 0,
  frameCount: 100,
  totalFrames: 100,
  filePrefix: "",
  captions: [],
  framesPerGroup: 50,
  framesPerSegment: 100,
  rungs: [],
  storyboard: { framesPerTile: 50, columns: 2, rows: 1, tileWidth: 160, tileHeight: 90 },
  thumbnail: { width: 426, height: 240 },
};

const failure = new TaskFailure("processing_failed", "ffmpeg ended with 1: no");

/** What each decode comes to: its exit code and the frames it reports. */
interface Decoded {
  readonly exitCode?: number;
  readonly frames?: number;
}

async function blame(error: Error, picture: Decoded, sound: Decoded, plan = PLAN) {
  const asked: string[] = [];
  const run = async ({ args, onLine }: Invocation): Promise<Ended> => {
    const what = args[args.indexOf("-map") + 1] ?? "";
    asked.push(what);
    const { exitCode = 0, frames = 0 } = what === "0:3" ? picture : sound;
    for (const line of [`frame=${frames}`, "progress=end"]) onLine?.(line);
    const errors = exitCode === 0 ? "" : "cannot be decoded";
    return { exitCode, killedBy: null, timedOut: false, outputTooLarge: false, output: "", errors };
  };
  const { signal } = new AbortController();
  const deps = { run, folder: "/", signal, onProgress: () => undefined };
  const failing = () => Promise.reject(error);
  const thrown: unknown = await blamingSource(plan, deps, failing).catch((rejection: unknown) => rejection);
  const verdict = thrown === error ? undefined : thrown;
  return { verdict, asked };
}

describe("a failed encode", () => {
  it.each<[string, Decoded, Decoded]>([
    ["no picture can be decoded", { frames: 0 }, {}],
    ["the picture's decoder gives up", { exitCode: 1 }, {}],
    ["most of the picture cannot be decoded", { exitCode: 69, frames: 2 }, {}],
    ["the sound's decoder gives up", { frames: 100 }, { exitCode: 1 }],
  ])("is the source's fault when %s", async (_why, picture, sound) => {
    const { verdict } = await blame(failure, picture, sound);
    expect(verdict).toBeInstanceOf(Rejection);
    expect(verdict).toMatchObject({ code: "source_corrupt" });
  });

  it("is not the source's fault when both can be decoded, and each is tried", async () => {
    expect(await blame(failure, { frames: 100 }, {})).toEqual({ verdict: undefined, asked: ["0:3", "0:5"] });
  });

  it("is not the source's fault when it has no sound and its picture can be decoded", async () => {
    const plan = { ...PLAN, audio: [] };
    expect(await blame(failure, { frames: 1 }, { exitCode: 1 }, plan)).toMatchObject({ verdict: undefined });
  });

  it.each(["processing_out_of_memory", "processing_timed_out"] as const)(
    "by %s says nothing of the source",
    async (code) => {
      expect(await blame(new TaskFailure(code, "no"), { frames: 0 }, {})).toEqual({
        verdict: undefined,
        asked: [],
      });
    },
  );
});
