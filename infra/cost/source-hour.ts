import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { WATCHING, WORK } from "./assumptions.ts";
import { transitions } from "../states/definition.ts";
import { type Line, type Priced, sum, toLines } from "./lines.ts";
import type { Region } from "./price-list.ts";
import { apiUses, functionUses, storageRequests, taskUses, traffic } from "./uses.ts";
import { assumedVideo, planOfVideo } from "./video.ts";
import { machineOfGraph, workflowOf } from "./workflow.ts";

/** What a use costs, in US dollars. */
export interface UseCost {
  readonly lines: readonly Line[];
  readonly usd: number;
}

const VIDEOS_PER_HOUR = 60 / WORK.minutesPerVideo.value;
/** The database's and the cache's, read once by each task and function. */
const SECRETS = 2;

/** An hour of source turned into streams: compute, orchestration, requests. Throws for a graph without such a workflow. */
export function processingCost(graph: Graph, region: Region, framesPerSecond = 30): UseCost {
  const video = assumedVideo();
  const plan = planOfVideo(machineOfGraph(graph, region), framesPerSecond);
  const workflow = workflowOf(graph, Math.max(1, plan.chunks.length));
  const started = [...workflow.tasks, ...workflow.functions].reduce((total, { times }) => total + times, 0);
  const perVideo: Priced[] = [
    ...workflow.tasks.flatMap(({ resource }) => taskUses(resource, plan)),
    { item: "Step Functions", price: "stateTransition", units: transitions(workflow.steps) },
    ...functionUses(graph, workflow),
    ...apiUses(graph),
    ...storageRequests(video),
    ...traffic(graph, video),
    { item: "SNS", price: "snsPublish", units: workflow.messages },
    { item: "Secrets Manager", price: "secretCall", units: started * SECRETS },
    { item: "Logs", price: "logGb", units: WORK.logMb.value / 1000 },
    { item: "X-Ray", price: "trace", units: 1 + WORK.apiRequests.value },
  ];
  return cost(perVideo, region, VIDEOS_PER_HOUR);
}

/** A day until it is due, and up to another until the sweep comes, of a month. */
const PREVIEW_MONTHS = 2 / 30;

/** An hour of source and its streams, in the bucket. */
export function keepingCost(region: Region): UseCost {
  const { sourceGb, outputGb } = assumedVideo();
  const months = WORK.monthsKept.value;
  const perVideo: Priced[] = [
    { item: "S3, source", price: "s3Gb", units: sourceGb * months },
    { item: "S3, preview", price: "s3Gb", units: sourceGb * PREVIEW_MONTHS },
    { item: "S3, streams", price: "s3Gb", units: outputGb * months },
  ];
  return cost(perVideo, region, VIDEOS_PER_HOUR);
}

/** An hour watched by one viewer. */
export function watchingCost(region: Region): UseCost {
  const { watchedGbPerHour, watchedSegmentsPerHour: requests } = assumedVideo();
  return cost(
    [
      { item: "CloudFront, data", price: "cloudfrontGb", units: watchedGbPerHour },
      { item: "CloudFront, requests", price: "cloudfrontRequest", units: requests },
      { item: "CloudFront, routing", price: "cloudfrontFunction", units: requests },
      { item: "CloudFront, route lookups", price: "keyValueRead", units: requests },
      { item: "S3, requests", price: "s3Get", units: requests * WATCHING.missShare.value },
    ],
    region,
    1,
  );
}

function cost(priced: readonly Priced[], region: Region, times: number): UseCost {
  const lines = toLines(priced, region, times);
  return { lines, usd: sum(lines) };
}
