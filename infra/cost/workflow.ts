import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { type Machine, machineOf } from "../../packages/core/src/plan/machine.ts";
import { type Definition, happyPath, type Step } from "../states/definition.ts";
import type { Region } from "./price-list.ts";

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

/** The state machine that runs tasks, followed along its happy path for so many of them. Throws when the graph has none. */
export function workflowOf(graph: Graph, parts: number): Workflow {
  const paths = ofType(graph, "aws:sfn/stateMachine:StateMachine").map(({ inputs }) =>
    happyPath(JSON.parse(String(inputs.definition)) as Definition, parts),
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

/** The tasks of the stage, as the functions that plan videos are told of them. */
export function machineOfGraph(graph: Graph, region: Region): Machine {
  const environments = ofType(graph, "aws:lambda/function:Function").map(
    ({ inputs }) => ((inputs.environment ?? {}) as { variables?: Record<string, string> }).variables ?? {},
  );
  const told = environments.find((variables) => variables.MAX_VCPU_PER_VIDEO !== undefined);
  return machineOf({ ...told, AWS_REGION: region });
}
