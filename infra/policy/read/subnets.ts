import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { at, listOf, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";
import { networkOf, runTasks } from "./states.ts";

/** A subnet whose route table leads to an internet gateway: what is in it can be reached when it has an address. */
export function isPublicSubnet(graph: Graph, subnetId: unknown): boolean {
  const tables = ofType(graph, TYPE.routeTableAssociation)
    .filter(({ inputs }) => inputs.subnetId === subnetId)
    .map(({ inputs }) => inputs.routeTableId);
  return tables.some((table) => gatewaysOf(graph, table).some((gateway) => gateway.startsWith("igw-")));
}

function gatewaysOf(graph: Graph, routeTableId: unknown): readonly string[] {
  const inline = ofType(graph, TYPE.routeTable)
    .filter(({ id }) => id === routeTableId)
    .flatMap(({ inputs }) => listOf(inputs.routes).map((route) => at(route, "gatewayId")));
  const own = ofType(graph, TYPE.route)
    .filter(({ inputs }) => inputs.routeTableId === routeTableId)
    .map(({ inputs }) => inputs.gatewayId);
  return stringsOf([...inline, ...own]);
}

/** Where things that should have no public address name the subnets they are in. */
const DWELLINGS: readonly (readonly [type: string, subnets: string])[] = [
  [TYPE.function, "vpcConfig.subnetIds"],
  [TYPE.mountTarget, "subnetId"],
  [TYPE.vpcEndpoint, "subnetIds"],
  ["aws:rds/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:elasticache/subnetGroup:SubnetGroup", "subnetIds"],
  ["aws:ec2/instance:Instance", "subnetId"],
];

/** What is in a subnet and is no NAT gateway, by name. */
export function inhabitants(graph: Graph, subnet: Resource): string[] {
  const placed = DWELLINGS.flatMap(([type, path]) =>
    ofType(graph, type)
      .filter(({ inputs }) => listOf(at(inputs, path)).includes(subnet.id))
      .map(({ name }) => name),
  );
  const tasks = runTasks(graph)
    .filter((state) => listOf(at(networkOf(state).network, "Subnets")).includes(subnet.id))
    .map(({ property }) => property);
  return [...placed, ...tasks];
}
