import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decideLadder } from "@telecine/core/ladder/decide";
import { Settings } from "@telecine/core/settings/settings";
import { expect, it, onTestFinished } from "vitest";
import { createRunTool } from "../src/ffmpeg/spawn.ts";
import { findTools } from "../src/ffmpeg/tools.ts";
import { inspectSource } from "../src/source/inspect.ts";
import { ladderSourceOf } from "../src/task/ladder.ts";
import { planEncode } from "../src/task/plan.ts";
import { tryGroups } from "../src/task/trial.ts";
import { clip } from "./clips.ts";

/** Tries a clip, and notes what was said to be wrong. */
async function tried(path: string) {
  const folder = await mkdtemp(join(tmpdir(), "telecine-trial-test-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const troubles: string[] = [];
  const shares: number[] = [];
  const deps = {
    ...{ run: createRunTool(findTools()), folder, signal: new AbortController().signal },
    log: { info: () => undefined, warn: (_: object, message: string) => void troubles.push(message) },
    reporter: {
      enter: () => Promise.resolve(),
      playable: () => Promise.resolve(),
      playedBy: () => Promise.resolve(null),
      advance: (share: number) => void shares.push(share),
    },
  };
  const inspection = await inspectSource({ path, sizeBytes: (await stat(path)).size }, deps);
  const settings = Settings.parse({ quality: "optimized" });
  const ladder = decideLadder(ladderSourceOf(inspection), settings);
  const plan = planEncode(path, inspection, ladder, settings);
  return { trial: await tryGroups(plan, inspection.load, deps), troubles, shares };
}

it("every group that is to be tried is, one after the other", { timeout: 120_000 }, async () => {
  // 19 seconds: three of nine groups of two seconds, from the middle of each third.
  const { trial, troubles, shares } = await tried(await clip("nineteen-seconds.mp4"));
  expect(troubles).toEqual([]);
  expect(trial?.groups).toEqual([1, 4, 7]);
  expect(shares.map((share) => Math.round(share * 3))).toEqual([1, 2, 3]);
  for (const { groups } of trial?.tried ?? []) {
    expect(groups).toHaveLength(3);
    expect(groups.every(({ bytes, ssim }) => bytes > 1000 && ssim > 0.5 && ssim < 1)).toBe(true);
  }
  const [once, again] = [trial?.tried[0], trial?.tried.at(-1)];
  expect(again?.rung).toEqual({ ...once?.rung, crf: 30 });
  // Fewer bits, and less like the source, in every group.
  once?.groups.forEach(({ bytes, ssim }, index) => {
    expect(again?.groups[index]?.bytes).toBeLessThan(bytes);
    expect(again?.groups[index]?.ssim).toBeLessThan(ssim);
  });
});
