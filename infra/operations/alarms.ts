import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";

/** What an alarm or a chart looks at. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const alarmsOf = (graph: Graph): Resource[] => ofType(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");

/** One metric, or those that a calculation takes. */
export function metricsOf({ inputs }: Resource): Metric[] {
  const queries = (inputs.metricQueries ?? []) as { metric?: Metric }[];
  const found =
    queries.length > 0 ? queries.flatMap(({ metric }) => metric ?? []) : [inputs as unknown as Metric];
  return found.map(({ namespace, metricName, dimensions }) => ({
    namespace,
    metricName,
    dimensions: dimensions ?? {},
  }));
}

/** The dimensions of each namespace, and what their values have to be: names of resources in the graph. */
const KNOWN: Readonly<Record<string, Readonly<Record<string, (graph: Graph) => unknown[]>>>> = {
  "AWS/RDS": { DBInstanceIdentifier: outputs("aws:rds/instance:Instance", "identifier") },
  "AWS/ElastiCache": {
    CacheClusterId: (graph) =>
      ofType(graph, "aws:elasticache/replicationGroup:ReplicationGroup").flatMap(
        ({ outputs: { memberClusters } }) => memberClusters,
      ),
  },
  "AWS/EFS": { FileSystemId: ids("aws:efs/fileSystem:FileSystem"), StorageClass: () => ["Total"] },
  "AWS/NATGateway": { NatGatewayId: ids("aws:ec2/natGateway:NatGateway") },
  "AWS/States": { StateMachineArn: outputs("aws:sfn/stateMachine:StateMachine", "arn") },
  "AWS/ApiGateway": {
    ApiName: outputs("aws:apigateway/restApi:RestApi", "name"),
    Stage: outputs("aws:apigateway/stage:Stage", "stageName"),
  },
  "AWS/Lambda": { FunctionName: outputs("aws:lambda/function:Function", "name") },
  "AWS/SQS": { QueueName: outputs("aws:sqs/queue:Queue", "name") },
  "AWS/Backup": { BackupVaultName: outputs("aws:backup/vault:Vault", "name") },
  "ECS/ContainerInsights": { ClusterName: outputs("aws:ecs/cluster:Cluster", "name") },
};

/** What a metric names that the graph does not have; nothing when it is sound. A namespace of our own needs a filter. */
export function unsound(graph: Graph, metric: Metric): string[] {
  const { namespace, metricName, dimensions } = metric;
  const known = KNOWN[namespace];
  if (!known) return isCounted(graph, metric) ? [] : [`${namespace} ${metricName} is counted by no filter`];
  const missing = Object.keys(known).filter((name) => name !== "StorageClass" && !(name in dimensions));
  const wrong = Object.entries(dimensions).filter(([name, value]) => !known[name]?.(graph).includes(value));
  return [
    ...missing.map((name) => `${metricName} says no ${name}`),
    ...wrong.map(([name, value]) => `${metricName} is of ${name} ${value}, which is not there`),
  ];
}

function isCounted(graph: Graph, { namespace, metricName }: Metric): boolean {
  const groups = ofType(graph, "aws:cloudwatch/logGroup:LogGroup").map(({ outputs: { name } }) => name);
  return ofType(graph, "aws:cloudwatch/logMetricFilter:LogMetricFilter").some(({ inputs }) => {
    const { name, namespace: space } = inputs.metricTransformation as { name: string; namespace: string };
    return name === metricName && space === namespace && groups.includes(inputs.logGroupName);
  });
}

/** Resources of a type whose name no alarm on this metric has. */
export function unwatched(graph: Graph, type: string, namespace: string, metricName: string): string[] {
  const watched = alarmsOf(graph)
    .flatMap(metricsOf)
    .filter((metric) => metric.namespace === namespace && metric.metricName === metricName)
    .flatMap(({ dimensions }) => Object.values(dimensions));
  return ofType(graph, type)
    .filter(
      ({ id, outputs: all }) =>
        ![id, all.name, all.arn, all.identifier].some((name) => watched.includes(String(name))),
    )
    .map(({ name }) => name);
}

function outputs(type: string, field: string) {
  return (graph: Graph): unknown[] => ofType(graph, type).map((resource) => resource.outputs[field]);
}

function ids(type: string) {
  return (graph: Graph): unknown[] => ofType(graph, type).map(({ id }) => id);
}
