import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import type { Ended, Invocation } from "../ffmpeg/spawn.ts";
import { withLoudness } from "./loudness.ts";

const SOUND = { name: "audio", streamIndex: 1, startSeconds: 0, unknownLayout: false };
const PLAN = {
  source: "source",
  video: { startSeconds: 0 },
  audio: [SOUND],
  gains: "wanted",
  frameRate: { num: 25, den: 1 },
  frameCount: 100,
} as unknown as EncodePlan;

/** A sound: its loudness with a gain and a limiter, and its peak. */
interface Sound {
  readonly lufs: (gain: number) => number;
  readonly peak: number;
}

async function gainOf(sound: Sound, plan = PLAN) {
  const folder = await mkdtemp(join(tmpdir(), "telecine-loudness-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const asked: number[] = [];
  const run = async ({ args }: Invocation): Promise<Ended> => {
    const gain = Number(/volume=(-?[\d.]+)dB/.exec(args.join())?.[1] ?? 0);
    asked.push(gain);
    const peak = 10 ** (sound.peak / 20);
    const text = `lavfi.r128.I=${sound.lufs(gain)}\nlavfi.r128.LRA=5\nlavfi.r128.true_peak=${peak}\n`;
    await writeFile(join(folder, "loudness-of-audio.txt"), text);
    return { exitCode: 0, killedBy: null, timedOut: false, outputTooLarge: false, output: "", errors: "" };
  };
  const { signal } = new AbortController();
  const { audio } = await withLoudness(plan, { run, folder, signal, onProgress: () => undefined });
  return { gain: audio[0]?.gain, asked };
}

describe("the gain of a sound", () => {
  it.each([
    [-30, -20, 14],
    [-23, -9, 7],
    [-10, -2, -6],
    [-50, -40, 24],
  ])("of %d LUFS with a peak at %d dBTP is %d dB, found by one listening", async (lufs, peak, expected) => {
    const { gain, asked } = await gainOf({ lufs: (decibels) => lufs + decibels, peak });
    expect(gain?.decibels).toBeCloseTo(expected, 6);
    expect(gain?.limited).toBe(false);
    expect(asked).toEqual([0]);
  });

  it.each<[string, (gain: number) => number]>([
    ["hardly anything", (gain) => -24 + gain * 0.98],
    ["a quarter", (gain) => -24 + gain * 0.75],
    ["most", (gain) => -24 + gain * 0.4],
    ["most at first, and then less", (gain) => -24 + (gain < 10 ? gain * 0.35 : 3.5 + (gain - 10) * 0.8)],
  ])("with high peaks brings it near the target, where a limiter takes %s", async (_name, lufs) => {
    const { gain, asked } = await gainOf({ lufs, peak: -3 });
    expect(gain?.limited).toBe(true);
    expect(Math.abs(lufs(gain?.decibels ?? 0) + 16)).toBeLessThanOrEqual(0.3);
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it("is not more than what makes noise of it, whatever a limiter takes", async () => {
    const { gain, asked } = await gainOf({ lufs: (decibels) => Math.min(-30 + decibels, -20), peak: -3 });
    expect(gain?.decibels).toBe(24);
    expect(asked.length).toBeLessThanOrEqual(6);
  });

  it("is none for silence, and none unasked", async () => {
    expect((await gainOf({ lufs: () => -70, peak: -100 })).gain).toBeUndefined();
    const unasked = await gainOf({ lufs: () => -30, peak: -10 }, { ...PLAN, gains: "none" });
    expect(unasked).toEqual({ gain: undefined, asked: [] });
  });
});
