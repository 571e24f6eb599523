import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, isRecord, listOf, set } from "../conditions.ts";
import type { Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";
import { parsed } from "./document.ts";

/** What must ring for each resource of a type: for each group of metrics, one of them. */
interface Watch {
  readonly type: string;
  readonly namespace: string;
  readonly metrics: readonly (readonly string[])[];
  readonly only?: (graph: Graph, resource: Resource) => boolean;
}

const WATCHES: readonly Watch[] = [
  {
    type: TYPE.stateMachine,
    namespace: "AWS/States",
    metrics: [["ExecutionsFailed"], ["ExecutionsTimedOut"], ["ExecutionThrottled"]],
  },
  {
    type: TYPE.queue,
    namespace: "AWS/SQS",
    metrics: [["ApproximateNumberOfMessagesVisible"]],
    only: isDeadLetterQueue,
  },
  { type: TYPE.instance, namespace: "AWS/RDS", metrics: [["FreeStorageSpace"], ["CPUUtilization"]] },
  {
    type: TYPE.replicationGroup,
    namespace: "AWS/ElastiCache",
    metrics: [["DatabaseMemoryUsagePercentage", "FreeableMemory", "BytesUsedForCache"], ["Evictions"]],
  },
  {
    // Elastic throughput has no credits that could run out.
    type: TYPE.fileSystem,
    namespace: "AWS/EFS",
    metrics: [["BurstCreditBalance"]],
    only: (_, { inputs }) => (inputs.throughputMode ?? "bursting") === "bursting",
  },
  { type: TYPE.restApi, namespace: "AWS/ApiGateway", metrics: [["5XXError"]] },
];

/** The resources that no alarm watches, for each thing that can happen to them. */
export function unwatched({ graph }: Stack): Violation[] {
  return WATCHES.flatMap(({ type, namespace, metrics, only = () => true }) =>
    ofType(graph, type)
      .filter((resource) => only(graph, resource))
      .flatMap((resource) =>
        metrics
          .filter((names) => !names.some((name) => rings(graph, namespace, name, resource)))
          .map((names) => ({
            resource,
            property: "MetricAlarm",
            found: undefined,
            expected: `an alarm on ${namespace} ${names.join(" or ")}`,
          })),
      ),
  );
}

function rings(graph: Graph, namespace: string, metric: string, resource: Resource): boolean {
  return ofType(graph, TYPE.metricAlarm).some(({ inputs }) =>
    [inputs, ...listOf(inputs.metricQueries).map((query) => at(query, "metric"))].some(
      (source) =>
        at(source, "namespace") === namespace &&
        at(source, "metricName") === metric &&
        isAbout(at(source, "dimensions"), resource),
    ),
  );
}

/** A dimension names the resource; a node of a Redis group has the group's name with a number. */
function isAbout(dimensions: unknown, { id, outputs }: Resource): boolean {
  const names = [id, outputs.name, outputs.arn, outputs.identifier]
    .filter((name) => set.holds(name))
    .map(String);
  const values = isRecord(dimensions) ? Object.values(dimensions).map(String) : [];
  return values.some((value) => names.some((name) => value === name || value.startsWith(`${name}-0`)));
}

/** A queue that something names as the place for what it could not handle. */
function isDeadLetterQueue(graph: Graph, { outputs: { arn } }: Resource): boolean {
  const names = (type: string, path: string) =>
    ofType(graph, type).some(({ inputs }) => at(inputs, path) === arn);
  const redrives = (type: string) =>
    ofType(graph, type).some(
      (resource) => at(parsed(resource, "redrivePolicy"), "deadLetterTargetArn") === arn,
    );
  return (
    names(TYPE.function, "deadLetterConfig.targetArn") ||
    names(TYPE.eventInvokeConfig, "destinationConfig.onFailure.destination") ||
    names(TYPE.eventTarget, "deadLetterConfig.arn") ||
    redrives(TYPE.topicSubscription) ||
    redrives(TYPE.queue)
  );
}
