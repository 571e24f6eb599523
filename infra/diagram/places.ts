import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import { allStates, type Definition } from "../states/definition.ts";

export type Tier = "public" | "private" | "isolated";

/** A subnet: how far it is from the internet, by its route table, and its zone. */
export interface Place {
  readonly id: string;
  readonly vpc: string;
  readonly tier: Tier;
  /** `a` of `ap-northeast-1a`. */
  readonly zone: string;
  readonly cidr: string;
}

/** The id of the frame around the subnets of a VPC that are equally far from the internet. */
export const tierId = ({ vpc, tier }: Place) => `${vpc} ${tier}`;

interface Route {
  readonly gatewayId?: string;
  readonly natGatewayId?: string;
}

/** Every subnet of the graph, by id. A route to an internet gateway makes it public, one to a NAT private. */
export function placesOf(graph: Graph): Map<string, Place> {
  const tables = new Map(
    ofType(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation").map(({ inputs }) => [
      String(inputs.subnetId),
      String(inputs.routeTableId),
    ]),
  );
  return new Map(
    ofType(graph, "aws:ec2/subnet:Subnet").map(({ id = "", inputs }) => [
      id,
      {
        id,
        vpc: String(inputs.vpcId),
        tier: tierOf(routesOf(graph, tables.get(id))),
        zone: String(inputs.availabilityZone).slice(-1),
        cidr: String(inputs.cidrBlock),
      },
    ]),
  );
}

/** The routes of a table: those that it was made with, and those that were added. */
function routesOf(graph: Graph, table: string | undefined): Route[] {
  const own = ofType(graph, "aws:ec2/routeTable:RouteTable").filter(({ id }) => id === table);
  const added = ofType(graph, "aws:ec2/route:Route").filter(({ inputs }) => inputs.routeTableId === table);
  return [
    ...own.flatMap(({ inputs }) => (inputs.routes ?? []) as Route[]),
    ...added.map(({ inputs }) => inputs as Route),
  ];
}

function tierOf(routes: readonly Route[]): Tier {
  if (routes.some(({ gatewayId }) => gatewayId?.startsWith("igw-"))) return "public";
  return routes.some(({ natGatewayId }) => natGatewayId) ? "private" : "isolated";
}

/** NAT gateways that a subnet's route table leads to. */
export function natsOf(graph: Graph, subnet: string): string[] {
  return ofType(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation")
    .filter(({ inputs }) => inputs.subnetId === subnet)
    .flatMap(({ inputs }) => routesOf(graph, String(inputs.routeTableId)))
    .flatMap(({ natGatewayId }) => (natGatewayId ? [natGatewayId] : []));
}

/** Where a resource is in the network, as far as it says so itself or what mounts it does. */
export interface Attachment {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
}

const strings = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** The subnets and security groups of a resource; none for what is not in a VPC. */
export function attachmentOf(resource: Resource, graph: Graph): Attachment {
  return ATTACHMENTS[resource.type]?.(resource, graph) ?? { subnets: [], securityGroups: [] };
}

const ATTACHMENTS: Readonly<Record<string, (resource: Resource, graph: Graph) => Attachment>> = {
  "aws:lambda/function:Function": ({ inputs }) => {
    const config = (inputs.vpcConfig ?? {}) as Record<string, unknown>;
    return { subnets: strings(config.subnetIds), securityGroups: strings(config.securityGroupIds) };
  },
  "aws:ecs/taskDefinition:TaskDefinition": taskAttachment,
  "aws:ec2/natGateway:NatGateway": ({ inputs }) => ({
    subnets: [String(inputs.subnetId)],
    securityGroups: [],
  }),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ({ inputs }) => ({
    subnets: strings(inputs.subnetIds),
    securityGroups: strings(inputs.securityGroupIds),
  }),
  "aws:rds/instance:Instance": ({ inputs }, graph) => ({
    subnets: subnetsOfGroup(graph, "aws:rds/subnetGroup:SubnetGroup", inputs.dbSubnetGroupName),
    securityGroups: strings(inputs.vpcSecurityGroupIds),
  }),
  "aws:elasticache/replicationGroup:ReplicationGroup": ({ inputs }, graph) => ({
    subnets: subnetsOfGroup(graph, "aws:elasticache/subnetGroup:SubnetGroup", inputs.subnetGroupName),
    securityGroups: strings(inputs.securityGroupIds),
  }),
  "aws:efs/fileSystem:FileSystem": ({ id }, graph) => {
    const targets = ofType(graph, "aws:efs/mountTarget:MountTarget").filter(
      ({ inputs }) => inputs.fileSystemId === id,
    );
    return {
      subnets: targets.map(({ inputs }) => String(inputs.subnetId)),
      securityGroups: targets.flatMap(({ inputs }) => strings(inputs.securityGroups)),
    };
  },
};

function subnetsOfGroup(graph: Graph, type: string, name: unknown): string[] {
  return ofType(graph, type)
    .filter(({ id }) => id === name)
    .flatMap(({ inputs }) => strings(inputs.subnetIds));
}

/** A task definition is in no subnet by itself: the state that starts it says where. */
function taskAttachment({ outputs }: Resource, graph: Graph): Attachment {
  const started = ofType(graph, "aws:sfn/stateMachine:StateMachine")
    .flatMap(({ inputs }) => allStates(JSON.parse(String(inputs.definition)) as Definition))
    .find(([, { Arguments }]) => Arguments?.TaskDefinition === outputs.arn);
  const { AwsvpcConfiguration: network = {} } = (started?.[1].Arguments?.NetworkConfiguration ?? {}) as {
    AwsvpcConfiguration?: { Subnets?: unknown; SecurityGroups?: unknown };
  };
  return { subnets: strings(network.Subnets), securityGroups: strings(network.SecurityGroups) };
}
