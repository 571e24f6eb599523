import { usualRungs } from "../../packages/core/src/ladder/decide.ts";
import { AROUND, SPEED } from "../../packages/core/src/plan/assumptions.ts";
import type { Machine } from "../../packages/core/src/plan/machine.ts";
import type { Plan } from "../../packages/core/src/plan/plan.ts";
import { makePlan } from "../../packages/core/src/plan/planner.ts";
import { filmLike, proposalFor } from "../../packages/core/src/plan/propose.ts";
import { Settings } from "../../packages/core/src/settings/settings.ts";
import { WATCHING, WORK } from "./assumptions.ts";

const AUDIO_MBPS = 0.128;
/** Gigabytes of a second at one megabit a second. */
const GB_PER_MEGABIT = 1 / 8 / 1000;

/** What one assumed video is made of, and becomes: 1080p, with the ladder that the workflow would choose. */
export interface AssumedVideo {
  readonly seconds: number;
  readonly sourceGb: number;
  readonly outputGb: number;
  /** Segments and what describes them, each an object. */
  readonly objects: number;
  /** Parts that the source is uploaded in, and read in. */
  readonly parts: number;
  /** An hour of the watched size, with sound. */
  readonly watchedGbPerHour: number;
  /** Segments of picture and sound that an hour of watching asks for. */
  readonly watchedSegmentsPerHour: number;
}

/** How the app plans such a video, on a stage's tasks. */
export function planOfVideo(machine: Machine, framesPerSecond: number): Plan {
  const durationSeconds = WORK.minutesPerVideo.value * 60;
  const known = {
    ...{ durationSeconds, framesPerSecond, soundTracks: 1, isConstant: true, peakBitrateKbps: null },
    sizeBytes: (SPEED.sourceMbps.value * durationSeconds * 1e6) / 8,
    picture: { width: 1920, height: 1080, codec: "h264" },
    film: filmLike(durationSeconds, framesPerSecond),
  };
  return makePlan(proposalFor(known, Settings.parse({}), undefined), machine);
}

export function assumedVideo(): AssumedVideo {
  const seconds = WORK.minutesPerVideo.value * 60;
  const rungs = usualRungs({ width: 1920, height: 1080, framesPerSecond: 30 });
  const spent = (maxBitrateKbps: number) => (maxBitrateKbps / 1000) * WORK.bitrateShare.value;
  const outputMbps = rungs.reduce((total, { maxBitrateKbps }) => total + spent(maxBitrateKbps), AUDIO_MBPS);
  const watched = rungs.find(({ height }) => height === WATCHING.watchedHeight.value);
  if (!watched) throw new Error(`The ladder has no size of ${WATCHING.watchedHeight.value} lines.`);
  // Sizes and sound; and picture and sound of the source as it is.
  const tracks = rungs.length + 1 + 2;
  const sourceGb = SPEED.sourceMbps.value * seconds * GB_PER_MEGABIT;
  return {
    seconds,
    sourceGb,
    outputGb: outputMbps * seconds * GB_PER_MEGABIT,
    objects: tracks * (1 + Math.ceil(seconds / WORK.segmentSeconds.value)) + AROUND.objectsBeside.value,
    parts: Math.ceil((sourceGb * 1000) / AROUND.partMb.value),
    watchedGbPerHour: (spent(watched.maxBitrateKbps) + AUDIO_MBPS) * 3600 * GB_PER_MEGABIT,
    watchedSegmentsPerHour: 2 * Math.ceil(3600 / WORK.segmentSeconds.value),
  };
}
