import { availableParallelism } from "node:os";
import { join } from "node:path";
import { EFFICIENCY, SPEED } from "@telecine/core/plan/assumptions";
import { workOf } from "@telecine/core/plan/work";
import type { ReadyResult } from "@telecine/core/task/contract";
import type { Bar, Bench, Figure } from "../bar.ts";
import { makeClip } from "../ladder/clip.ts";
import { encodesOf, type JobUsage } from "../ladder/job.ts";
import { median, middle } from "../lib/statistics.ts";
import { run, together } from "../lib/usage.ts";

/**
 * The planner's model of work against work: each point is compared with the whole clip in one task, in the model and here,
 * so that it does not matter how fast this machine is. Length, chunks and the size of the picture are what plans differ by.
 */
export const model: Bar = {
  name: "model",
  title: "The planner's model of work, against work",
  variants: ["job", "chunked"],
  async measure(bench) {
    const { job, chunked } = await bench.rounds();
    const [whole, parts] = [job[0]?.made, chunked[0]?.made];
    if (!whole || !parts) throw new Error("Nothing was made.");
    const base = {
      cpuSeconds: median(job.map(({ task }) => task.cpuSeconds)),
      modelled: modelledCpu(whole, 1),
    };
    const points: readonly Point[] = [
      await pointOf(bench, "a third of the length", await makeThird(bench)),
      await pointOf(bench, "the same in 720p", await makeSmaller(bench)),
      {
        what: `in ${chunked[0]?.tasks} chunks`,
        cpuSeconds: median(chunked.map(({ cpuSeconds }) => cpuSeconds)),
        modelled: modelledCpu(parts, chunked[0]?.tasks ?? 1),
      },
    ];
    return [
      ...points.map((point) => errorOf(point, base)),
      {
        what: "CPU of a task here / in the model, without its allowance for slower clouds",
        value: base.cpuSeconds / base.modelled,
        unit: "ratio",
      },
      coresUsed(job),
    ];
  },
};

interface Point {
  readonly what: string;
  readonly cpuSeconds: number;
  readonly modelled: number;
}

function errorOf({ what, cpuSeconds, modelled }: Point, base: Omit<Point, "what">): Figure {
  const here = cpuSeconds / base.cpuSeconds;
  const there = modelled / base.modelled;
  return {
    what: `${what}: how far the model is off`,
    value: Math.abs(there / here - 1),
    unit: "share",
    goal: { atMost: 0.2 },
    note: `${here.toFixed(3)} times the CPU here, ${there.toFixed(3)} in the model`,
  };
}

async function pointOf({ jobs, runs, say }: Bench, what: string, clip: string): Promise<Point> {
  const usages = [];
  for (let turn = 0; turn < runs; turn++) {
    const usage = await (await jobs()).whole(clip);
    say(`${what}, ${turn + 1} of ${runs}: ${usage.task.cpuSeconds.toFixed(2)} CPU-s`);
    usages.push(usage);
  }
  const [first] = usages;
  if (!first) throw new Error("Nothing was measured.");
  const cpuSeconds = median(usages.map(({ task }) => task.cpuSeconds));
  return { what, cpuSeconds, modelled: modelledCpu(first.made, 1) };
}

/** vCPU-seconds that the model expects on the machine that it was measured on. */
function modelledCpu({ source, renditions, audio }: ReadyResult, tasks: number): number {
  const [numerator = 0, denominator = 1] = (renditions[0]?.frameRate ?? "").split("/").map(Number);
  const look = { ...source, framesPerSecond: numerator / denominator, soundTracks: audio.length };
  const work = workOf(
    look,
    renditions.map(({ width, height }) => ({ width, height, codec: "h264", work: 1 })),
  );
  const unused = tasks > 1 ? tasks * (SPEED.groupSeconds.value / 2) * work.decode : 0;
  const seconds = source.durationSeconds * (work.picture + work.sound) + unused;
  return seconds / SPEED.cloudSlowdown.value;
}

async function makeThird({ ladder, folder }: Bench): Promise<string> {
  const { seconds, footage } = await ladder();
  return makeClip(await folder("model"), Math.max(1, Math.round(seconds / 3)), footage);
}

async function makeSmaller({ ladder, folder }: Bench): Promise<string> {
  const file = join(await folder("model"), "720p.mp4");
  const { clip } = await ladder();
  const codec = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-c:a", "copy"];
  await run({ argv: ["ffmpeg", "-v", "error", "-y", "-i", clip, "-vf", "scale=1280:720", ...codec, file] });
  return file;
}

/** On a busy machine the encode gets less of its cores than it would use. */
function coresUsed(job: readonly JobUsage[]): Figure {
  const cores = availableParallelism();
  const shares = job.map((usage) => {
    const { cpuSeconds, wallSeconds } = together(encodesOf(usage));
    return cpuSeconds / wallSeconds / cores;
  });
  const expected = EFFICIENCY[cores];
  return {
    what: `of ${cores} cores that one encode uses`,
    ...middle(shares),
    unit: "share",
    note: expected ? `in the model: ${(expected * 100).toFixed(0)} %` : "not in the model",
  };
}
