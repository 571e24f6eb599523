import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Trial, triedGroups, triedRungs, type TriedGroup } from "@telecine/core/ladder/trial";
import { activityOf, type PictureLoad } from "@telecine/core/media/load";
import { toNumber } from "@telecine/core/media/rational";
import type { EncodePlan } from "../ffmpeg/plan.ts";
import { framesIn, ssimsIn, trialArgs, trialFile } from "../ffmpeg/trial-args.ts";
import type { TaskDependencies } from "./deps.ts";
import { runEncoder, writeToneMap } from "./encode.ts";
import { Rejection, TaskFailure } from "./outcome.ts";

export interface TrialDependencies extends Pick<TaskDependencies, "run" | "signal" | "log" | "reporter"> {
  readonly folder: string;
}

/**
 * Encodes some groups of pictures of a plan, as its rungs would have them. Undefined when none could be tried: the encode
 * itself will tell why.
 */
export async function tryGroups(
  plan: EncodePlan,
  load: PictureLoad | undefined,
  deps: TrialDependencies,
): Promise<Trial | undefined> {
  const { frameRate, frameCount, framesPerGroup, video } = plan;
  const framesPerSecond = toNumber(frameRate);
  const film = { frameCount, framesPerGroup, framesPerSecond };
  const rungs = triedRungs(plan.rungs);
  const groups = triedGroups(film);
  await writeToneMap(plan, deps.folder);
  const made: { readonly group: number; readonly tried: readonly TriedGroup[] }[] = [];
  for (const [index, group] of groups.entries()) {
    const tried = await tryGroup(windowOf(plan, group, rungs), deps);
    if (tried) made.push({ group, tried });
    deps.reporter.advance((index + 1) / groups.length);
  }
  if (made.length === 0) return undefined;
  const seconds = framesPerGroup / framesPerSecond;
  const count = Math.ceil(frameCount / framesPerGroup);
  return {
    ...film,
    groups: made.map(({ group }) => group),
    tried: rungs.map((rung, index) => ({ rung, groups: made.flatMap(({ tried }) => tried[index] ?? []) })),
    activity: load ? activityOf(load, video.startSeconds, seconds, count) : null,
  };
}

function windowOf(plan: EncodePlan, group: number, rungs: EncodePlan["rungs"]): EncodePlan {
  const firstFrame = group * plan.framesPerGroup;
  const frameCount = Math.min(plan.framesPerGroup, plan.totalFrames - firstFrame);
  return { ...plan, firstFrame, frameCount, rungs, audio: [] };
}

/** Undefined when not all of a group could be decoded, which is a matter for the encode. */
async function tryGroup(
  window: EncodePlan,
  { run, log, signal, folder }: TrialDependencies,
): Promise<TriedGroup[] | undefined> {
  let said = "";
  const listening: typeof run = async (invocation) => {
    const ended = await run(invocation);
    said = ended.errors;
    return ended;
  };
  try {
    const deps = { run: listening, folder, signal, onProgress: () => undefined };
    await runEncoder(trialArgs(window), window, deps);
  } catch (error) {
    if (!(error instanceof TaskFailure || error instanceof Rejection)) throw error;
    log.warn({ err: error, firstFrame: window.firstFrame }, "a group could not be tried");
    return undefined;
  }
  const ssims = ssimsIn(said);
  const made = [];
  for (const index of window.rungs.keys())
    made.push(framesIn(await readFile(join(folder, trialFile(index)), "utf8")));
  if (made.some(({ frames }) => frames !== window.frameCount) || ssims.length !== made.length) {
    log.warn(
      { firstFrame: window.firstFrame, ssims: ssims.length },
      "a group came out of its trial incomplete",
    );
    return undefined;
  }
  return made.map(({ bytes }, index) => ({ bytes, ssim: ssims[index] ?? 0 }));
}
