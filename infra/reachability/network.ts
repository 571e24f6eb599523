import { type Graph, ofType, type Resource } from "../../packages/local/src/synth/graph.ts";

/** A graph's VPC, read for one question: what can reach what. */
export interface Network {
  readonly vpc: Resource;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly rules: readonly Rule[];
  readonly endpoints: readonly Resource[];
  readonly gateways: ReadonlyMap<string, Resource>;
}

export interface Subnet {
  readonly id: string;
  readonly name: string;
  readonly cidr: string;
  /** Without the VPC's own route, which every table has. */
  readonly routes: readonly Route[];
}

/** A way out of the VPC. */
export interface Route {
  readonly name: string;
  /** A range of addresses, or a prefix list. */
  readonly to: string;
  /** The id of the gateway or endpoint that it leads through. */
  readonly through: string;
}

/** One opening of a security group. The peer is a group, a range of addresses or a prefix list, by its id. */
export interface Rule {
  readonly name: string;
  readonly direction: "in" | "out";
  readonly group: string;
  readonly peer: string;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
}

const INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint";
const GATEWAYS = ["aws:ec2/natGateway:NatGateway", "aws:ec2/internetGateway:InternetGateway"];
const GROUPS = ["aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"];
const UNDERSTOOD = [
  ...[INGRESS, EGRESS, ENDPOINT, ...GATEWAYS, ...GROUPS],
  ...["aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet", "aws:ec2/eip:Eip", "aws:ec2/flowLog:FlowLog"],
  ...["aws:ec2/routeTable:RouteTable", "aws:ec2/routeTableAssociation:RouteTableAssociation"],
  "aws:ec2/route:Route",
];

/** Throws at what it does not understand (network ACLs, peerings …): a proof that passed over it would prove nothing. */
export function readNetwork(graph: Graph): Network {
  for (const { type, name } of graph.resources)
    if (/^aws:(ec2|vpc)\//.test(type) && !UNDERSTOOD.includes(type))
      throw new Error(`${type} "${name}" has a say in what can reach what, and nothing here understands it.`);
  const [vpc, ...others] = ofType(graph, "aws:ec2/vpc:Vpc");
  if (!vpc || others.length > 0) throw new Error("A network of one VPC is understood, and no other.");
  const gateways = GATEWAYS.flatMap((type) => ofType(graph, type));
  return {
    vpc,
    subnets: new Map(
      ofType(graph, "aws:ec2/subnet:Subnet").map((subnet) => [idOf(subnet), readSubnet(subnet, graph)]),
    ),
    rules: [...GROUPS.flatMap((type) => ofType(graph, type)).flatMap(inlineRules), ...ruleResources(graph)],
    endpoints: ofType(graph, ENDPOINT),
    gateways: new Map(gateways.map((gateway) => [idOf(gateway), gateway])),
  };
}

const idOf = ({ id, name }: Resource): string => {
  if (id === undefined) throw new Error(`"${name}" has no id.`);
  return id;
};

/** A subnet without a table of its own has the VPC's main one, which leads nowhere. */
function readSubnet(subnet: Resource, graph: Graph): Subnet {
  const id = idOf(subnet);
  const [association] = ofType(graph, "aws:ec2/routeTableAssociation:RouteTableAssociation").filter(
    ({ inputs }) => inputs.subnetId === id,
  );
  const table = association?.inputs.routeTableId;
  return { id, name: subnet.name, cidr: subnet.inputs.cidrBlock as string, routes: routesOf(table, graph) };
}

type Inputs = Readonly<Record<string, unknown>>;

function routesOf(table: unknown, graph: Graph): Route[] {
  const tables = ofType(graph, "aws:ec2/routeTable:RouteTable").filter(({ id }) => id === table);
  const inline = tables.flatMap(({ name, inputs }) =>
    ((inputs.routes ?? []) as Inputs[]).map((route) => readRoute(name, route)),
  );
  const own = ofType(graph, "aws:ec2/route:Route")
    .filter(({ inputs }) => inputs.routeTableId === table)
    .map(({ name, inputs }) => readRoute(name, inputs));
  const gateways = ofType(graph, ENDPOINT)
    .filter(({ inputs }) => ((inputs.routeTableIds ?? []) as unknown[]).includes(table))
    .map((endpoint) => ({
      name: endpoint.name,
      to: endpoint.outputs.prefixListId as string,
      through: idOf(endpoint),
    }));
  return [...inline, ...own, ...gateways];
}

function readRoute(name: string, inputs: Inputs): Route {
  const to = inputs.destinationCidrBlock ?? inputs.cidrBlock;
  const through = inputs.natGatewayId ?? inputs.gatewayId;
  if (typeof to !== "string" || typeof through !== "string")
    throw new Error(`The route of "${name}" goes by other means than a NAT or internet gateway.`);
  return { name, to, through };
}

function ruleResources(graph: Graph): Rule[] {
  const read =
    (direction: Rule["direction"]) =>
    ({ name, inputs }: Resource): Rule => {
      const all = inputs.ipProtocol === "-1";
      return {
        ...{
          name,
          direction,
          group: inputs.securityGroupId as string,
          protocol: inputs.ipProtocol as string,
        },
        peer: (inputs.referencedSecurityGroupId ??
          inputs.cidrIpv4 ??
          inputs.cidrIpv6 ??
          inputs.prefixListId) as string,
        fromPort: all ? 0 : (inputs.fromPort as number),
        toPort: all ? 65_535 : (inputs.toPort as number),
      };
    };
  return [...ofType(graph, INGRESS).map(read("in")), ...ofType(graph, EGRESS).map(read("out"))];
}

/** Rules that stand in the group itself, as SST's components write them. */
function inlineRules(group: Resource): Rule[] {
  const read = (direction: Rule["direction"], rules: unknown) =>
    ((rules ?? []) as Inputs[]).flatMap((rule) => {
      const peers = [rule.cidrBlocks, rule.ipv6CidrBlocks, rule.prefixListIds, rule.securityGroups];
      const all = rule.protocol === "-1";
      return [...peers.flatMap((list) => (list ?? []) as string[]), ...(rule.self ? [idOf(group)] : [])].map(
        (peer): Rule => ({
          ...{ name: group.name, direction, group: idOf(group), peer, protocol: rule.protocol as string },
          fromPort: all ? 0 : (rule.fromPort as number),
          toPort: all ? 65_535 : (rule.toPort as number),
        }),
      );
    });
  return [...read("in", group.inputs.ingress), ...read("out", group.inputs.egress)];
}
