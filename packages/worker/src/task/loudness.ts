import { join } from "node:path";
import type { Loudness } from "@telecine/core/source/measured";
import { type EncodePlan, mixLoudnessFile, type SoundPlan } from "../ffmpeg/plan.ts";
import { mixLoudnessArgs } from "../ffmpeg/sound.ts";
import { type EncodeDependencies, runEncoder } from "./encode.ts";
import { readLoudness } from "./measured.ts";

/** As loud as streaming services are, and with room for what an encoder adds to peaks (docs/decisions/0017). */
const TARGET = { lufs: -16, peakDbtp: -1.5 } as const;

/** Decibels. Quieter sound than this can lift is noise, which is not made into a programme. */
const MOST_GAIN = 24;

/** How near to the target sound with a limiter is brought, and how often it is listened to for that at most. */
const NEAR_ENOUGH_LU = 0.3;
const MOST_LISTENINGS = 5;

/** What a limiter leaves of each decibel that is added, as long as nothing else is known, and the least that is reckoned with. */
const LEFT_BY_LIMITER = { first: 0.75, least: 0.3 } as const;

/** Finds the gain of all sounds of a plan that are to be equally loud. Silence has no loudness, and stays silence. */
export async function withLoudness(plan: EncodePlan, deps: EncodeDependencies): Promise<EncodePlan> {
  if (plan.gains !== "wanted" || plan.audio.length === 0) return plan;
  const found = await listen(plan, plan.audio, deps);
  const audio: SoundPlan[] = [];
  for (const sound of plan.audio) {
    const loudness = found.get(sound.name);
    audio.push(loudness ? await withGain(sound, loudness, plan, deps) : sound);
  }
  return { ...plan, audio, gains: "known" };
}

/** How loud sounds come out, by their names; null where nothing is heard. */
async function listen(
  plan: EncodePlan,
  audio: readonly SoundPlan[],
  deps: EncodeDependencies,
): Promise<Map<string, Loudness | null>> {
  await runEncoder(mixLoudnessArgs({ ...plan, audio }), plan, { ...deps, onProgress: () => undefined });
  const heard = new Map<string, Loudness | null>();
  for (const { name } of audio) heard.set(name, await readLoudness(join(deps.folder, mixLoudnessFile(name))));
  return heard;
}

/** What a gain came to. */
interface Trial {
  readonly decibels: number;
  readonly lufs: number;
}

/** Where peaks have to be held down, only listening tells what a gain comes to. */
async function withGain(
  sound: SoundPlan,
  { integratedLufs, truePeakDbtp }: Loudness,
  plan: EncodePlan,
  deps: EncodeDependencies,
): Promise<SoundPlan> {
  let decibels = Math.min(TARGET.lufs - integratedLufs, MOST_GAIN);
  const limited = truePeakDbtp + decibels > TARGET.peakDbtp;
  const trials: Trial[] = [];
  while (limited && trials.length < MOST_LISTENINGS) {
    const heard = await listen(plan, [{ ...sound, gain: { decibels, limited } }], deps);
    const lufs = heard.get(sound.name)?.integratedLufs;
    if (lufs === undefined || isNear(lufs)) break;
    trials.push({ decibels, lufs });
    const next = nextGain(trials);
    if (next === decibels) break;
    decibels = next;
  }
  return { ...sound, gain: { decibels, limited } };
}

function isNear(lufs: number): boolean {
  return Math.abs(TARGET.lufs - lufs) <= NEAR_ENOUGH_LU;
}

/** Along the line through the last two trials. */
function nextGain(trials: readonly Trial[]): number {
  const [last, before] = trials.toReversed();
  if (!last) throw new Error("There was no trial.");
  const slope = before && (last.lufs - before.lufs) / (last.decibels - before.decibels);
  const left = Math.min(Math.max(slope ?? LEFT_BY_LIMITER.first, LEFT_BY_LIMITER.least), 1);
  return Math.min(last.decibels + (TARGET.lufs - last.lufs) / left, MOST_GAIN);
}
