import { gridOf } from "../media/grid.ts";
import { formatRational, toNumber } from "../media/rational.ts";
import { EFFICIENCY } from "./assumptions.ts";
import { cut, type Film } from "./cut.ts";
import { alternativesOf, reasonsOf } from "./explain.ts";
import type { Machine } from "./machine.ts";
import { type Job, outlookOf, soundShare } from "./outlook.ts";
import type { Chunk, Estimate, Plan } from "./plan.ts";
import type { TaskSize } from "./task-size.ts";
import { type Encode, type SourceLook, workOf } from "./work.ts";

export interface Planned {
  readonly source: SourceLook;
  readonly encodes: readonly Encode[];
  /** Null where the headers do not tell: then one task measures, and encodes all. */
  readonly film: Film | null;
  /** Whether the source's pictures come at even intervals. */
  readonly isConstant: boolean;
  /** Some of it is tried before it is decided what is encoded, which one task does for itself. */
  readonly needsTrial?: boolean;
  /** US dollars that the whole may cost, at most. */
  readonly maxCostUsd?: number | undefined;
}

/** One way to encode a video, with what is expected of it. */
export interface Way {
  readonly task: TaskSize;
  /** Empty for one task. */
  readonly chunks: readonly Chunk[];
  readonly estimate: Estimate;
}

/** Why a video is encoded by one task. */
export type Obstacle = "unknown" | "uneven" | "short" | "trial";

/** Below, the start of tasks is most of the time, and the minute that each is billed for most of the price. */
const LEAST_CHUNKED_SECONDS = 180;

/** A faster way is worth its price when it is faster by more than this. */
const SAME_TIME = 1.03;

/**
 * Decides how a video is encoded: the fastest way that costs no more than the machine's bound allows, and of ways that are
 * about as fast the cheapest. Where a video's own limit is lower, that counts; where nothing fits it, the cheapest way
 * comes back, and its estimate says so.
 */
export function makePlan(planned: Planned, machine: Machine): Plan {
  const job = jobOf(planned);
  const obstacle = obstacleOf(planned);
  const singles = sizesFor(planned, machine).map((task) => wayOf(planned, job, task, [], machine));
  const ways = [...singles, ...(obstacle ? [] : chunkedWays(planned, job, machine))];
  const standard = singles.find(({ task }) => task.vcpu === machine.standardVcpu) ?? cheapest(singles);
  const bound = Math.min(standard.estimate.costUsd * machine.costBound, planned.maxCostUsd ?? Infinity);
  const chosen = choose(ways, bound);
  return {
    mode: chosen.chunks.length > 0 ? "chunked" : "single",
    task: chosen.task,
    estimate: chosen.estimate,
    reasons: reasonsOf({ chosen, standard, machine, obstacle, maxCostUsd: planned.maxCostUsd }),
    alternatives: alternativesOf(ways, chosen),
    timing: planned.film && timing(planned.film),
    chunks: [...chosen.chunks],
  };
}

function timing({ startSeconds, frameRate, frameCount }: Film) {
  return { startSeconds, frameRate: formatRational(frameRate), frameCount };
}

function obstacleOf({ source, film, isConstant, needsTrial = false }: Planned): Obstacle | null {
  if (source.durationSeconds < LEAST_CHUNKED_SECONDS) return "short";
  if (!isConstant) return "uneven";
  if (needsTrial) return "trial";
  return film ? null : "unknown";
}

function jobOf({ source, encodes, film }: Planned): Job {
  // The source itself is copied once more, in two tracks, where it can be shown as it is.
  const tracks = encodes.length + source.soundTracks + 2;
  const segmentSeconds = film ? gridOf(film.frameRate).framesPerSegment / toNumber(film.frameRate) : 4;
  const segments = tracks * (1 + Math.ceil(source.durationSeconds / segmentSeconds));
  return { source, work: workOf(source, encodes), segments };
}

function chunkedWays(planned: Planned, job: Job, machine: Machine): Way[] {
  const { film } = planned;
  if (!film) return [];
  const lighterFrames = soundShare(job) * toNumber(film.frameRate);
  return sizesFor(planned, machine).flatMap((task) => {
    const most = Math.min(machine.maxTasks, Math.floor(machine.maxVcpu / task.vcpu));
    const counts = Array.from({ length: Math.max(0, most - 1) }, (_, index) => index + 2);
    return counts
      .map((count) => cut(film, count, lighterFrames))
      .filter((chunks) => chunks.length > 1)
      .map((chunks) => wayOf(planned, job, task, chunks, machine));
  });
}

function wayOf(
  { source, film }: Planned,
  job: Job,
  task: TaskSize,
  chunks: readonly Chunk[],
  machine: Machine,
): Way {
  const rate = film ? toNumber(film.frameRate) : 1;
  const seconds =
    chunks.length > 0 ? chunks.map(({ frameCount }) => frameCount / rate) : [source.durationSeconds];
  return { task, chunks, estimate: outlookOf(job, { task, seconds }, machine) };
}

/** The sizes that a task may have, each with the memory and the disk that this video needs. */
function sizesFor({ source, encodes }: Planned, { maxVcpu }: Machine): TaskSize[] {
  const vcpus = Object.keys(EFFICIENCY).map(Number);
  return vcpus
    .filter((vcpu) => vcpu <= maxVcpu)
    .map((vcpu) => ({ vcpu, memoryGb: vcpu * gbPerVcpu(source, encodes), diskGb: diskGb(source) }));
}

/** 1080p by H.264 takes half a GB (measured); larger frames and newer codecs several times that (assumed). */
function gbPerVcpu({ width, height }: SourceLook, encodes: readonly Encode[]): number {
  const isLarge = width * height > 1920 * 1088 || encodes.some(({ codec }) => codec !== "h264");
  return isLarge ? 4 : 2;
}

/** Room for the source and half of it again, for what is made of it, and for the image. */
function diskGb({ sizeBytes }: SourceLook): number {
  return Math.min(Math.max(Math.ceil((sizeBytes * 1.5) / 1e9) + 5, 21), 200);
}

function choose(ways: readonly Way[], boundUsd: number): Way {
  const affordable = ways.filter(({ estimate }) => estimate.costUsd <= boundUsd);
  if (affordable.length === 0) return cheapest(ways);
  const least = Math.min(...affordable.map(({ estimate }) => estimate.latencySeconds));
  return cheapest(affordable.filter(({ estimate }) => estimate.latencySeconds <= least * SAME_TIME));
}

function cheapest(ways: readonly Way[]): Way {
  const [first] = [...ways].sort((a, b) => a.estimate.costUsd - b.estimate.costUsd);
  if (!first) throw new Error("There is no size that a task may have: one vCPU is the least.");
  return first;
}
