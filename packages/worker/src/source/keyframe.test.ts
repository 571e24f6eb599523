import { describe, expect, it } from "vitest";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { Ended, Invocation } from "../ffmpeg/spawn.ts";
import { readFromKeyframe } from "./keyframe.ts";

/** A part of a film whose clock begins at 10 s: its first frame is shown at 14 s. */
const PART = {
  source: "http://127.0.0.1:1/source.mp4",
  video: { streamIndex: 2, startSeconds: 10, interlaced: false },
  frameRate: { num: 25, den: 1 },
  firstFrame: 100,
} as EncodePlan;

const ENDED: Ended = {
  ...{ exitCode: 0, killedBy: null, timedOut: false, outputTooLarge: false },
  ...{ output: "", errors: "" },
};

async function read(ended: Partial<Ended>, plan: EncodePlan = PART) {
  const asked: Invocation[] = [];
  const run = (invocation: Invocation) => {
    asked.push(invocation);
    return Promise.resolve({ ...ENDED, ...ended });
  };
  const { signal } = new AbortController();
  return { plan: await readFromKeyframe(plan, { run, folder: "/work", signal }), asked };
}

describe("a part of a video", () => {
  it("is read from the keyframe that is decoded by its first frame and shown by then", async () => {
    const { plan, asked } = await read({ output: "14.000000,K_\n" });
    // A quarter of a frame later than the frame is due: it is found though a clock rounds.
    expect(plan).toEqual({ ...PART, seekSeconds: 14.01 });
    expect(asked.map(({ tool }) => tool)).toEqual(["ffprobe"]);
    expect(asked[0]?.args.join(" ")).toContain("-select_streams 2 -read_intervals 14.010000%+#1");
  });

  it.each([
    ["a clock of milliseconds put its keyframe a little late", "14.004000,K_"],
    ["its keyframe is shown earlier", "12.480000,K__"],
    ["its keyframe is shown before zero", "-0.040000,K_"],
  ])("is read from there too when %s", async (_, output) => {
    expect((await read({ output })).plan.seekSeconds).toBe(14.01);
  });

  it.each([
    ["the keyframe is shown a frame late: others are shown before it, and decoded after", "14.040000,K_"],
    ["an edit list hides the keyframe", "13.960000,KD"],
    ["there is no keyframe", "14.000000,__"],
    ["the packet has no time", "N/A,K_"],
    ["there is nothing", ""],
  ])("is read from earlier, as it would be otherwise, when %s", async (_, output) => {
    expect((await read({ output })).plan).toBe(PART);
  });

  it("that begins where the video does, or needs the frame before, is read as it would be, unasked", async () => {
    for (const plan of [
      { ...PART, firstFrame: 0 },
      { ...PART, video: { ...PART.video, interlaced: true } },
    ])
      expect(await read({}, plan)).toEqual({ plan, asked: [] });
  });

  it("fails when its source cannot be read", async () => {
    await expect(read({ exitCode: 1, errors: "Input/output error" })).rejects.toMatchObject({
      code: "processing_failed",
      message: "ffprobe cannot read the source: Input/output error",
    });
  });
});
