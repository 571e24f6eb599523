import { triedGroups } from "@telecine/core/ladder/trial";
import type { EncodedRendition } from "@telecine/core/task/contract";
import type { Bar, Figure } from "../bar.ts";
import { encodesOf, type JobUsage, trialsOf } from "../ladder/job.ts";
import { median, middle, sum } from "../lib/statistics.ts";
import { together } from "../lib/usage.ts";

const MINUTES = 10;

/** `quality: "optimized"`: what trying scenes costs, and whether what they promise comes true. One run says it. */
export const perTitle: Bar = {
  name: "per-title",
  title: "A ladder that is chosen by trying scenes of the video",
  async measure(bench) {
    const { clip, seconds } = await bench.ladder();
    const job = await (await bench.jobs()).whole(clip, { quality: "optimized" });
    const { renditions } = job.made;
    const errors = renditions.flatMap((rendition) => errorOf(rendition, seconds) ?? []);
    const bytes = sum(renditions.map(bytesOf));
    const fixedKbps = sum(renditions.map(({ rung }) => rung?.fixedBitrateKbps ?? NaN));
    return [
      costAt(MINUTES, job, seconds),
      {
        what: "how far the promised bit rates are off, the middle of all rungs",
        ...middle(errors),
        unit: "share",
        goal: { atMost: 0.15 },
        note: "by windows elsewhere: 1 to 53 %",
      },
      {
        what: "bytes of all rungs / of a ladder of fixed bit rates",
        value: bytes / ((fixedKbps * 1000 * seconds) / 8),
        unit: "ratio",
      },
      {
        what: "of the encode, for trying scenes of this clip",
        value: together(trialsOf(job)).cpuSeconds / together(encodesOf(job)).cpuSeconds,
        unit: "share",
        note: "a third of a short video at most",
      },
    ];
  },
};

/** What a group costs does not depend on the length of the video, so that ten minutes need not be encoded. */
function costAt(minutes: number, job: JobUsage, seconds: number): Figure {
  const groupsIn = (length: number) => {
    const [numerator = 0, denominator = 1] = (job.made.renditions[0]?.frameRate ?? "").split("/").map(Number);
    const framesPerSecond = numerator / denominator;
    const framesPerGroup = Math.round(2 * framesPerSecond);
    return triedGroups({ frameCount: length * framesPerSecond, framesPerGroup, framesPerSecond }).length;
  };
  const trials = trialsOf(job);
  if (trials.length !== groupsIn(seconds))
    throw new Error(`${trials.length} groups were tried, where ${groupsIn(seconds)} are expected.`);
  const aGroup = median(trials.map(({ cpuSeconds }) => cpuSeconds));
  const aSecond = together(encodesOf(job)).cpuSeconds / seconds;
  return {
    what: `CPU of trying scenes of ${minutes} minutes / of their encode`,
    value: (groupsIn(minutes * 60) * aGroup) / (minutes * 60 * aSecond),
    unit: "share",
    goal: { atMost: 0.03 },
    note: `${groupsIn(minutes * 60)} groups of two seconds`,
  };
}

/** Undefined where nothing was promised. */
export function errorOf(rendition: EncodedRendition, seconds: number): number | undefined {
  const promisedKbps = rendition.rung?.predictedBitrateKbps;
  if (promisedKbps === undefined || promisedKbps === null) return undefined;
  const kbps = (bytesOf(rendition) * 8) / 1000 / seconds;
  return Math.abs(promisedKbps / kbps - 1);
}

function bytesOf({ segments }: EncodedRendition): number {
  return sum(segments.map(({ sizeBytes }) => sizeBytes));
}
