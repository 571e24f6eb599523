import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, listOf, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";

/** Functions that somebody invokes without waiting for the answer: buckets, schedules, topics. */
export function asynchronous(graph: Graph): Resource[] {
  const targets = [
    ...ofType(graph, TYPE.bucketNotification).flatMap(({ inputs }) =>
      listOf(inputs.lambdaFunctions).map((entry) => at(entry, "lambdaFunctionArn")),
    ),
    ...ofType(graph, TYPE.eventTarget).map(({ inputs }) => inputs.arn),
    ...ofType(graph, TYPE.schedule).map(({ inputs }) => at(inputs, "target.arn")),
    ...ofType(graph, TYPE.topicSubscription)
      .filter(({ inputs }) => inputs.protocol === "lambda")
      .map(({ inputs }) => inputs.endpoint),
  ];
  return ofType(graph, TYPE.function).filter(({ outputs }) =>
    targets.some((target) => target === outputs.arn || target === outputs.qualifiedArn),
  );
}

/** The security groups of functions that mount a file system. */
export function mountingFunctions(graph: Graph): readonly string[] {
  return ofType(graph, TYPE.function)
    .filter(({ inputs }) => at(inputs, "fileSystemConfig.arn") !== undefined)
    .flatMap(({ inputs }) => stringsOf(at(inputs, "vpcConfig.securityGroupIds")));
}
