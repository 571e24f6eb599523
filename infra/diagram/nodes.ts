import { ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { portsOf } from "./ports.ts";
import { HINTS, OUTSIDE } from "./hints.ts";
import type { Index } from "./index.ts";
import { classOf, titleOf } from "./names.ts";
import type { Node } from "./picture.ts";

export const VIEWERS = "viewers";
export const SUBSCRIBERS = "subscribers";
const ENDPOINTS = "endpoints";

/** A box for each drawn resource, for the interface endpoints together, and for who is outside. */
export function nodesOf(index: Index, frameOf: (urn: string) => string | undefined): Node[] {
  const drawn = index.drawn.map((resource) => nodeOf(resource, index, frameOf(resource.urn)));
  return [...outside(index), ...drawn, ...endpoints(index)];
}

function nodeOf(resource: Resource, index: Index, frame: string | undefined): Node {
  const { icon, service, column, rank } = HINTS[resource.type] ?? {
    icon: "endpoint",
    service: "",
    column: 2,
    rank: 9,
  };
  const described = DESCRIPTIONS[resource.type]?.(resource, index) ?? {};
  return {
    id: resource.urn,
    icon,
    title: titleOf(resource, index.byUrn),
    subtitle: service,
    column,
    rank,
    frame,
    tags: [...portsOf(index, resource.urn), ...zonesOf(resource, index)],
    ...described,
  };
}

type Description = Partial<Pick<Node, "title" | "subtitle" | "rank">>;

const gigabytes = (megabytes: unknown) => `${Number(megabytes) / 1024} GB`;

/** What else is worth a word, by type. */
const DESCRIPTIONS: Readonly<Record<string, (resource: Resource, index: Index) => Description>> = {
  "aws:cloudfront/distribution:Distribution": (resource, index) => ({
    title: "CloudFront",
    subtitle: isGuarded(resource, index) ? "one origin, WAF" : "one origin for all",
  }),
  "aws:apigateway/restApi:RestApi": (resource, index) => ({
    subtitle: isGuarded(resource, index) ? "API Gateway, WAF" : "API Gateway",
  }),
  "aws:cloudwatch/eventRule:EventRule": ({ inputs }) => ({ title: scheduleOf(inputs.scheduleExpression) }),
  "aws:lambda/function:Function": ({ inputs }, index) => ({
    subtitle: `Lambda, ${gigabytes(inputs.memorySize)}`,
    ...onDeployment(inputs, index),
  }),
  "aws:ecs/taskDefinition:TaskDefinition": ({ inputs }) => ({
    title: taskName(inputs.containerDefinitions),
    subtitle: `${Number(inputs.cpu) / 1024} vCPU, ${gigabytes(inputs.memory)}`,
  }),
  "aws:ec2/natGateway:NatGateway": () => ({ title: "NAT gateway", subtitle: "to the internet" }),
  "aws:rds/instance:Instance": ({ inputs }) => ({
    title: "PostgreSQL",
    subtitle: `RDS ${classOf(inputs.instanceClass)}`,
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ inputs }) => ({
    title: "Redis",
    subtitle: `${nodeCount(inputs)} × ${classOf(inputs.nodeType)}`,
  }),
  "aws:efs/fileSystem:FileSystem": ({ inputs }) => ({ subtitle: `EFS, ${String(inputs.throughputMode)}` }),
};

const nodeCount = (inputs: Resource["inputs"]) => Number(inputs.numCacheClusters ?? 1);

/** Guarded by a web ACL: named by the distribution, or associated with a stage of the API. */
function isGuarded({ id, inputs }: Resource, { graph }: Index): boolean {
  if (typeof inputs.webAclId === "string") return true;
  return ofType(graph, "aws:wafv2/webAclAssociation:WebAclAssociation").some((association) =>
    String(association.inputs.resourceArn).includes(`/${id}/`),
  );
}

function onDeployment({ name }: Resource["inputs"], { graph }: Index): Description {
  const invoked = ofType(graph, "aws:lambda/invocation:Invocation");
  return invoked.some(({ inputs }) => inputs.functionName === name)
    ? { subtitle: "Lambda, on deployment", rank: 9 }
    : {};
}

function scheduleOf(expression: unknown): string {
  const rate = /^rate\((\d+ \w+)\)$/.exec(String(expression));
  return rate ? `every ${rate[1]?.replace(/^1 /, "")}` : "on schedule";
}

function taskName(containers: unknown): string {
  const [first] = JSON.parse(String(containers)) as { name: string }[];
  return first?.name ?? "Task";
}

/** Zones are drawn where a resource is in all of them at once, or in one that it names. */
function zonesOf({ type, urn, inputs }: Resource, { attachments, places }: Index): string[] {
  const single =
    (type === "aws:rds/instance:Instance" && inputs.multiAz !== true) ||
    (type === "aws:elasticache/replicationGroup:ReplicationGroup" && nodeCount(inputs) < 2);
  if (single) return [];
  const zones = (attachments.get(urn)?.subnets ?? []).map((subnet) => places.get(subnet)?.zone ?? "");
  return [...new Set(zones)].sort();
}

/** Who asks, and who is told. */
function outside({ graph }: Index): Node[] {
  const place = { column: OUTSIDE.column, frame: undefined, tags: [] };
  const protocols = ofType(graph, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) =>
    String(inputs.protocol),
  );
  return [
    { ...place, id: VIEWERS, icon: "people", title: "Clients", subtitle: "web, players", rank: 0 },
    ...(protocols.length > 0
      ? [
          {
            ...place,
            id: SUBSCRIBERS,
            icon: "people",
            title: "Operators",
            subtitle: [...new Set(protocols)].join(", "),
            rank: 1,
          } as const,
        ]
      : []),
  ];
}

/** One box for all interface endpoints: they differ in nothing but the service behind them. */
function endpoints({ graph, places }: Index): Node[] {
  const interfaces = ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint").filter(
    ({ inputs }) => inputs.vpcEndpointType === "Interface",
  );
  const subnets = interfaces.flatMap(({ inputs }) => inputs.subnetIds as string[]);
  const [place] = subnets.flatMap((subnet) => places.get(subnet) ?? []);
  if (!place) return [];
  return [
    {
      id: ENDPOINTS,
      icon: "endpoint",
      title: `${interfaces.length} endpoints`,
      subtitle: "of AWS's services",
      column: 3,
      rank: 9,
      frame: `${place.vpc} ${place.tier}`,
      tags: [...new Set(subnets.map((subnet) => places.get(subnet)?.zone ?? ""))].sort(),
    },
  ];
}
