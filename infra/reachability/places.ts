import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";
import type { Place } from "./hops.ts";

const strings = (value: unknown) => (value ?? []) as string[];

/** Lambda functions. One outside the VPC lies in no subnet, and so reaches nothing. */
export const functions = (graph: Graph): Place[] => placesOf(graph, ({ inputs }) => !inputs.fileSystemConfig);

/** Functions that have a file system mounted: they sweep what tasks leave there. */
export const sweepers = (graph: Graph): Place[] =>
  placesOf(graph, ({ inputs }) => inputs.fileSystemConfig !== undefined);

function placesOf(graph: Graph, filter: (resource: Resource) => boolean): Place[] {
  return ofType(graph, "aws:lambda/function:Function")
    .filter(filter)
    .map(({ name, inputs }) => {
      const vpc = inputs.vpcConfig as { subnetIds?: string[]; securityGroupIds?: string[] } | undefined;
      return { name, subnets: strings(vpc?.subnetIds), groups: strings(vpc?.securityGroupIds) };
    });
}

interface Awsvpc {
  readonly Subnets?: readonly string[];
  readonly SecurityGroups?: readonly string[];
}

/** ECS tasks, where the state machines' definitions put them. */
export function tasks(graph: Graph): Place[] {
  return ofType(graph, "aws:sfn/stateMachine:StateMachine").flatMap(({ name, inputs }) =>
    find(JSON.parse(inputs.definition as string), "AwsvpcConfiguration").map((found) => {
      const { Subnets, SecurityGroups } = found as Awsvpc;
      return { name: `tasks of ${name}`, subnets: [...(Subnets ?? [])], groups: [...(SecurityGroups ?? [])] };
    }),
  );
}

/** Every value of a field, however deep it lies. */
function find(value: unknown, field: string): unknown[] {
  if (value === null || typeof value !== "object") return [];
  return Object.entries(value as Record<string, unknown>).flatMap(([key, item]) =>
    key === field ? [item] : find(item, field),
  );
}

export const databases = (graph: Graph): Place[] =>
  ofType(graph, "aws:rds/instance:Instance").map(({ name, inputs }) => ({
    name,
    subnets: groupSubnets(graph, "aws:rds/subnetGroup:SubnetGroup", inputs.dbSubnetGroupName),
    groups: strings(inputs.vpcSecurityGroupIds),
  }));

export const caches = (graph: Graph): Place[] =>
  ofType(graph, "aws:elasticache/replicationGroup:ReplicationGroup").map(({ name, inputs }) => ({
    name,
    subnets: groupSubnets(graph, "aws:elasticache/subnetGroup:SubnetGroup", inputs.subnetGroupName),
    groups: strings(inputs.securityGroupIds),
  }));

function groupSubnets(graph: Graph, type: string, name: unknown): string[] {
  return strings(ofType(graph, type).find(({ outputs }) => outputs.name === name)?.inputs.subnetIds);
}

export const mountTargets = (graph: Graph): Place[] =>
  ofType(graph, "aws:efs/mountTarget:MountTarget").map(({ name, inputs }) => ({
    name,
    subnets: [inputs.subnetId as string],
    groups: strings(inputs.securityGroups),
  }));

export const interfaceEndpoints = (graph: Graph): Place[] =>
  ofType(graph, "aws:ec2/vpcEndpoint:VpcEndpoint")
    .filter(({ inputs }) => inputs.vpcEndpointType === "Interface")
    .map(({ name, inputs }) => ({
      name,
      subnets: strings(inputs.subnetIds),
      groups: strings(inputs.securityGroupIds),
    }));

/** Services of AWS that a role's own statements name: `s3`, `states`. Who has the role has to reach them. */
export function servicesOf(role: Resource | undefined): string[] {
  const policies = (role?.inputs.inlinePolicies ?? []) as { policy: string }[];
  const actions = policies.flatMap(({ policy }) =>
    (JSON.parse(policy) as { Statement: { Action: string | string[] }[] }).Statement.flatMap(
      ({ Action }) => Action,
    ),
  );
  return [...new Set(actions.map((action) => action.split(":")[0] ?? ""))].sort();
}
