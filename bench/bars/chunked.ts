import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EncodedRendition, ReadyResult } from "@telecine/core/task/contract";
import type { Bar, Bench, Figure } from "../bar.ts";
import type { Ladder } from "../ladder/ladder.ts";
import { meanSsim } from "../ladder/quality.ts";
import { CHUNKS } from "../ladder/rounds.ts";
import { rawInput } from "../ladder/ladder.ts";
import { encodesOf } from "../ladder/job.ts";
import { middle, pairedRatio, sum } from "../lib/statistics.ts";
import { together } from "../lib/usage.ts";

/** A video in chunks against the same in one task: what parallel work costs, and that nobody can tell. */
export const chunked: Bar = {
  name: "chunked",
  title: `A video in chunks (${CHUNKS}, or as many as a short clip has), against the same in one task`,
  variants: ["chunked", "job"],
  async measure(bench) {
    const { chunked, job } = await bench.rounds();
    const [parts, whole] = [chunked[0]?.made, job[0]?.made];
    if (!parts || !whole) throw new Error("Nothing was made.");
    return [
      {
        what: "CPU of the tasks",
        ...pairedRatio(
          chunked.map(({ cpuSeconds }) => cpuSeconds),
          job.map(({ task }) => task.cpuSeconds),
        ),
        unit: "ratio",
        goal: { atMost: 1.05 },
        note: `${chunked[0]?.tasks} processes are started for one`,
      },
      {
        what: "CPU that each further task adds",
        ...middle(
          chunked.map(
            ({ cpuSeconds, tasks }, turn) => (cpuSeconds - (job[turn]?.task.cpuSeconds ?? NaN)) / (tasks - 1),
          ),
        ),
        unit: "s",
        note: "whatever the length of its chunk, which is minutes in a plan",
      },
      {
        what: "CPU of their encodes alone",
        ...pairedRatio(
          chunked.map((usage) => together(encodesOf(usage)).cpuSeconds),
          job.map((usage) => together(encodesOf(usage)).cpuSeconds),
        ),
        unit: "ratio",
      },
      {
        what: "wall of the tasks, on the same cores",
        ...pairedRatio(
          chunked.map(({ wallSeconds }) => wallSeconds),
          job.map(({ task }) => task.wallSeconds),
        ),
        unit: "ratio",
        goal: { atMost: 1.05 },
      },
      ...sameness(parts, whole),
      await likeness(bench, parts, whole),
    ];
  },
};

/** Differences that a viewer would meet: none are allowed. */
function sameness(parts: ReadyResult, whole: ReadyResult): Figure[] {
  const none = { unit: "count", goal: { atMost: 0 } } as const;
  const bytes = ({ renditions }: ReadyResult) =>
    sum(renditions.flatMap(({ segments }) => segments.map(({ sizeBytes }) => sizeBytes)));
  return [
    { what: "renditions whose number of frames differs", value: differing(parts, whole, framesOf), ...none },
    {
      what: "renditions whose segments' names or lengths differ",
      value: differing(parts, whole, gridOf),
      ...none,
    },
    { what: "renditions with another initialization", value: differing(parts, whole, initOf), ...none },
    {
      what: "difference in bytes of all renditions",
      value: Math.abs(bytes(parts) / bytes(whole) - 1),
      unit: "share",
      goal: { atMost: 0.025 },
    },
  ];
}

const framesOf = ({ frameCount }: EncodedRendition) => frameCount;
const initOf = ({ init }: EncodedRendition) => init.sha256;
const gridOf = ({ segments }: EncodedRendition) =>
  JSON.stringify(segments.map(({ key, durationSeconds }) => [key, durationSeconds]));

/** How many renditions of one differ from those of the same name of the other. */
export function differing(
  one: Pick<ReadyResult, "renditions">,
  other: Pick<ReadyResult, "renditions">,
  trait: (rendition: EncodedRendition) => unknown,
): number {
  const traits = new Map(other.renditions.map((rendition) => [rendition.name, trait(rendition)]));
  return one.renditions.filter((rendition) => traits.get(rendition.name) !== trait(rendition)).length;
}

/** How much less like the source the best rendition is. */
async function likeness({ ladder, folder }: Bench, parts: ReadyResult, whole: ReadyResult): Promise<Figure> {
  const place = await folder("likeness");
  const [one, other] = [
    await ssimOf(parts, await ladder(), join(place, "chunked.mp4")),
    await ssimOf(whole, await ladder(), join(place, "whole.mp4")),
  ];
  return {
    what: "SSIM of the best rendition, above the other's",
    value: one - other,
    unit: "dB",
    goal: { atLeast: -0.1 },
    note: `${one.toFixed(2)} and ${other.toFixed(2)} dB`,
  };
}

async function ssimOf(made: ReadyResult, ladder: Ladder, file: string): Promise<number> {
  const { readOutput } = await import("../rig/video.ts");
  const rung = ladder.rungs[0];
  const rendition = made.renditions.find(({ name }) => name === rung?.name);
  if (!rung || !rendition) throw new Error("The best rung was not made.");
  const keys = [rendition.init.key, ...rendition.segments.map(({ key }) => key)];
  await writeFile(file, Buffer.concat(await Promise.all(keys.map((key) => readOutput(made, key)))));
  const raw = await rawInput(ladder, rung);
  return meanSsim(ladder.command.program, ["-i", file], raw);
}
