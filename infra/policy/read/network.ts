import { type Graph, ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { isRecord, listOf, stringsOf } from "../conditions.ts";
import { TYPE } from "../types.ts";

/** One rule of a security group, from whichever of Pulumi's three ways to write it. */
export interface Flow {
  readonly resource: Resource;
  /** Where in the resource it stands: `ingress.0`, or nothing for a resource of its own. */
  readonly property: string;
  readonly direction: "ingress" | "egress";
  readonly groupId: string;
  readonly protocol: string;
  readonly from: number;
  readonly to: number;
  /** The other side: address ranges, groups, prefix lists. */
  readonly ranges: readonly string[];
  readonly groups: readonly string[];
  readonly prefixLists: readonly string[];
  readonly description: unknown;
}

export function flows(graph: Graph): Flow[] {
  return [
    ...[TYPE.securityGroup, TYPE.defaultSecurityGroup].flatMap((type) =>
      ofType(graph, type).flatMap((group) => [...inline(group, "ingress"), ...inline(group, "egress")]),
    ),
    ...ofType(graph, TYPE.securityGroupRule).map((rule) =>
      flow(rule, rule.inputs, "", rule.inputs.type === "egress" ? "egress" : "ingress"),
    ),
    ...ofType(graph, TYPE.ingressRule).map((rule) => flow(rule, rule.inputs, "", "ingress")),
    ...ofType(graph, TYPE.egressRule).map((rule) => flow(rule, rule.inputs, "", "egress")),
  ];
}

function inline(group: Resource, direction: Flow["direction"]): Flow[] {
  return listOf(group.inputs[direction]).map((rule, index) =>
    flow(group, isRecord(rule) ? rule : {}, `${direction}.${index}`, direction),
  );
}

function flow(
  resource: Resource,
  rule: Readonly<Record<string, unknown>>,
  property: string,
  direction: Flow["direction"],
): Flow {
  const groupId = property === "" ? String(rule.securityGroupId) : (resource.id ?? "");
  const strings = (...fields: readonly string[]) => fields.flatMap((field) => [...stringsOf(rule[field])]);
  return {
    resource,
    property,
    direction,
    groupId,
    protocol: String(rule.protocol ?? rule.ipProtocol),
    from: Number(rule.fromPort ?? 0),
    to: Number(rule.toPort ?? 65_535),
    ranges: strings("cidrBlocks", "ipv6CidrBlocks", "cidrIpv4", "cidrIpv6"),
    groups: [
      ...strings("securityGroups", "sourceSecurityGroupId", "referencedSecurityGroupId"),
      ...(rule.self === true ? [groupId] : []),
    ],
    prefixLists: strings("prefixListIds", "prefixListId"),
    description: rule.description,
  };
}

/** One port over TCP, whose other side is security groups and nothing else. */
export function isOnePortBetweenGroups(flow: Flow, port: number): boolean {
  const { protocol, from, to, ranges, groups, prefixLists } = flow;
  const onePort = (protocol === "tcp" || protocol === "6") && from === port && to === port;
  return onePort && groups.length > 0 && ranges.length === 0 && prefixLists.length === 0;
}

/** The same in a few words: `tcp 0-65535 0.0.0.0/0`. */
export function describeFlow({ protocol, from, to, ranges, groups, prefixLists }: Flow): string {
  const ports = protocol === "-1" ? "" : ` ${from === to ? from : `${from}-${to}`}`;
  return `${protocol}${ports} ${[...ranges, ...groups, ...prefixLists].join(" ")}`.trim();
}

export const ANYWHERE: readonly string[] = ["0.0.0.0/0", "::/0"];

/** Groups that whoever names none gets: each VPC's own. */
export function defaultGroupIds(graph: Graph): readonly unknown[] {
  return [
    ...ofType(graph, TYPE.defaultSecurityGroup).map(({ id }) => id),
    ...ofType(graph, TYPE.vpc).map(({ outputs }) => outputs.defaultSecurityGroupId),
  ];
}

/** The groups of what keeps data, and the one port of each. */
const DATA_TIER: readonly { readonly type: string; readonly groups: string; readonly port: number }[] = [
  { type: TYPE.instance, groups: "vpcSecurityGroupIds", port: 5432 },
  { type: TYPE.replicationGroup, groups: "securityGroupIds", port: 6379 },
  { type: TYPE.mountTarget, groups: "securityGroups", port: 2049 },
];

/** Security group id to port, for the data tier. */
export function dataGroups(graph: Graph): Map<string, number> {
  return new Map(
    DATA_TIER.flatMap(({ type, groups, port }) =>
      ofType(graph, type).flatMap(({ inputs }) => stringsOf(inputs[groups]).map((id) => [id, port] as const)),
    ),
  );
}
