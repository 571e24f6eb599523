import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { EFFICIENCY, WORK } from "./assumptions.ts";
import { type Definition, happyPath, type Step } from "../states/definition.ts";
import { assumedVideo } from "./video.ts";

/** What one video makes happen, as the state machine and the bucket's notifications say. */
export interface Workflow {
  readonly steps: readonly Step[];
  readonly tasks: readonly Called[];
  readonly functions: readonly Called[];
  /** Messages to topics. */
  readonly messages: number;
}

interface Called {
  readonly resource: Resource;
  readonly times: number;
}

/** A chunk of a source is about this long, where a definition maps over chunks. */
const CHUNK_SECONDS = 240;

/** The state machine that runs tasks, followed along its happy path. Throws when the graph has none. */
export function workflowOf(graph: Graph): Workflow {
  const mapItems = Math.ceil(assumedVideo().seconds / CHUNK_SECONDS);
  const paths = ofType(graph, "aws:sfn/stateMachine:StateMachine").map(({ inputs }) =>
    happyPath(JSON.parse(String(inputs.definition)) as Definition, mapItems),
  );
  const steps = paths.find((path) => path.some(isTask));
  if (!steps)
    throw new Error(
      "No state machine of the graph runs a task: what an hour of source costs cannot be told.",
    );
  const definitions = byArn(graph, "aws:ecs/taskDefinition:TaskDefinition");
  const functions = byArn(graph, "aws:lambda/function:Function");
  return {
    steps,
    tasks: steps.filter(isTask).map((step) => called(step, "TaskDefinition", definitions)),
    functions: [
      ...steps.filter(isFunction).map((step) => called(step, "FunctionName", functions)),
      ...notified(graph, functions),
    ],
    messages: steps.filter(isMessage).reduce((total, { times }) => total + times, 0),
  };
}

const calls = (service: string) => (step: Step) =>
  step.state.Resource?.startsWith(`arn:aws:states:::${service}`) ?? false;
const isTask = calls("ecs:runTask");
const isFunction = calls("lambda:invoke");
const isMessage = calls("sns:publish");

function byArn(graph: Graph, type: string): Map<string, Resource> {
  return new Map(ofType(graph, type).map((resource) => [String(resource.outputs.arn), resource]));
}

function called({ name, state, times }: Step, argument: string, resources: Map<string, Resource>): Called {
  const arn = String(state.Arguments?.[argument]);
  const resource = resources.get(arn);
  if (!resource) throw new Error(`State "${name}" calls ${arn}, which is not in the graph.`);
  return { resource, times };
}

/** Functions that an upload's event calls, once each. */
function notified(graph: Graph, functions: Map<string, Resource>): Called[] {
  return ofType(graph, "aws:s3/bucketNotification:BucketNotification")
    .flatMap(({ inputs }) => (inputs.lambdaFunctions ?? []) as { lambdaFunctionArn: string }[])
    .flatMap(({ lambdaFunctionArn }) => {
      const resource = functions.get(lambdaFunctionArn);
      return resource ? [{ resource, times: 1 }] : [];
    });
}

/** Seconds that a task of so many vCPUs is billed for when it encodes its share of a video. */
export function taskSeconds(vcpus: number, share: number, vcpuSecondsPerSecond: number): number {
  const perSecond = vcpuSecondsPerSecond * (1 + WORK.besideShare.value) * WORK.cloudSlowdown.value;
  const work = perSecond * assumedVideo().seconds * share;
  return Math.max(WORK.leastSeconds.value, WORK.startSeconds.value + work / (vcpus * efficiency(vcpus)));
}

function efficiency(vcpus: number): number {
  const known = EFFICIENCY.filter(([count]) => count <= vcpus).at(-1) ?? EFFICIENCY[0];
  return known?.[1] ?? 1;
}
