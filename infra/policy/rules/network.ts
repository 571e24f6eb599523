import { ofType, type Resource } from "../../../packages/local/src/synth/graph.ts";
import { beside, by, each } from "../checks.ts";
import { oneOf, set, stringsOf, that, unset } from "../conditions.ts";
import {
  ANYWHERE,
  dataGroups,
  describeFlow,
  type Flow,
  flows,
  isOnePortBetweenGroups,
} from "../read/network.ts";
import { taskGroups } from "../read/states.ts";
import { inhabitants } from "../read/subnets.ts";
import type { Rule, Stack, Violation } from "../rule.ts";
import { TYPE } from "../types.ts";

const { defaultSecurityGroup, egressRule, flowLog, ingressRule, instance, mountTarget } = TYPE;
const { replicationGroup, securityGroup, securityGroupRule, stateMachine, subnet, vpc, vpcEndpoint } = TYPE;
const GROUPS = [securityGroup, defaultSecurityGroup, securityGroupRule, ingressRule, egressRule];

/** P37-P44: VPC, subnets, security groups, endpoints. */
export const NETWORK: readonly Rule[] = [
  {
    id: "P37",
    title: "Whoever names no security group gets one that allows nothing",
    gate: "B",
    stages: "all",
    sources: ["CKV2_AWS_12", "EC2.2", "AWS-0173"],
    resources: [vpc],
    check: beside(vpc, defaultSecurityGroup, by("vpcId"), { ingress: unset, egress: unset }),
  },
  {
    id: "P38",
    title: "Nothing is open to the internet",
    gate: "B",
    stages: "all",
    sources: [
      ...["CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_260", "CKV_AWS_277"],
      ...["EC23", "EC2.18", "EC2.19", "AWS-0107"],
    ],
    resources: GROUPS,
    check: ({ graph }) =>
      flows(graph)
        .filter(
          ({ direction, ranges }) =>
            direction === "ingress" && ranges.some((range) => ANYWHERE.includes(range)),
        )
        .map((flow) => unwanted(flow, "named groups as the other side")),
  },
  {
    id: "P39",
    title: "The data tier admits security groups alone, on one port each",
    gate: "B",
    stages: "all",
    sources: ["own", "pw ec2_securitygroup_*"],
    resources: [instance, replicationGroup, mountTarget],
    check: openDataTier,
  },
  {
    id: "P40",
    title: "Tasks can reach AWS and the data tier, and nothing else",
    gate: "B",
    stages: "all",
    sources: ["CKV_AWS_382", "AWS-0104"],
    resources: [stateMachine],
    check: leaks,
  },
  {
    id: "P41",
    title: "Security groups and their rules say what they are for",
    gate: "W",
    stages: "all",
    sources: ["CKV_AWS_23", "EC27", "AWS-0099", "AWS-0124"],
    resources: GROUPS,
    check: ({ graph, permanent }) => [
      ...each(securityGroup, { description: said })({ graph, permanent }),
      ...flows(graph)
        .filter(({ description }) => !said.holds(description))
        .map(({ resource, property, description: found }) => ({
          resource,
          property: property === "" ? "description" : `${property}.description`,
          found,
          expected: said.expected,
        })),
    ],
  },
  {
    id: "P42",
    title: "The VPC's connections are recorded",
    gate: "B",
    stages: "permanent",
    sources: ["CKV2_AWS_11", "VPC7", "EC2.6", "AWS-0178"],
    resources: [vpc],
    check: beside(vpc, flowLog, by("vpcId"), { trafficType: oneOf("ALL", "REJECT") }),
  },
  {
    id: "P43",
    title: "Public addresses are given only where nothing but NAT lives",
    gate: "X",
    stages: "all",
    sources: ["CKV_AWS_130", "EC2.15", "AWS-0164"],
    resources: [subnet],
    check: ({ graph }) =>
      ofType(graph, subnet)
        .filter(({ inputs }) => inputs.mapPublicIpOnLaunch === true)
        .flatMap((resource) =>
          inhabitants(graph, resource).map((found) => ({
            resource,
            property: "mapPublicIpOnLaunch",
            found: `true, with ${found} in it`,
            expected: "nothing but NAT gateways in it",
          })),
        ),
  },
  {
    id: "P44",
    title: "Traffic to AWS stays inside the VPC",
    gate: "W",
    stages: "permanent",
    sources: ["own"],
    resources: [vpc],
    check: ({ graph }) =>
      ofType(graph, vpc).flatMap((resource) => missingEndpoints(ofType(graph, vpcEndpoint), resource)),
  },
];

/** What the providers write when nobody said anything counts as nothing. */
const said = that(
  "a description of our own",
  (text) => set.holds(text) && !String(text).startsWith("Managed by "),
);

function unwanted(flow: Flow, expected: string): Violation {
  const { resource, property, direction } = flow;
  return { resource, property: property === "" ? direction : property, found: describeFlow(flow), expected };
}

function openDataTier({ graph }: Stack): Violation[] {
  const ports = dataGroups(graph);
  return flows(graph).flatMap((flow) => {
    const port = ports.get(flow.groupId);
    const open = flow.direction === "ingress" && port !== undefined && !isOnePortBetweenGroups(flow, port);
    return open ? [unwanted(flow, `tcp ${port} from a security group`)] : [];
  });
}

/** A stage without interface endpoints reaches AWS by the NAT, at addresses that nobody knows: HTTPS to anywhere. */
function leaks({ graph, permanent }: Stack): Violation[] {
  const tasks = taskGroups(graph);
  const data = dataGroups(graph);
  const endpoints = ofType(graph, vpcEndpoint).flatMap(({ inputs }) => stringsOf(inputs.securityGroupIds));
  const isHttps = ({ protocol, from, to }: Flow) => protocol === "tcp" && from === 443 && to === 443;
  const isNarrow = (flow: Flow) =>
    flow.ranges.length === 0 &&
    flow.groups.every((group) =>
      endpoints.includes(group) ? isHttps(flow) : isOnePortBetweenGroups(flow, data.get(group) ?? -1),
    ) &&
    (flow.prefixLists.length === 0 || isHttps(flow));
  return flows(graph)
    .filter((flow) => flow.direction === "egress" && tasks.includes(flow.groupId))
    .filter((flow) => !isNarrow(flow) && (permanent || !isHttps(flow)))
    .map((flow) => unwanted(flow, "443 to endpoints and prefix lists, and the ports of the data tier"));
}

const ENDPOINTS: readonly (readonly [service: string, kind: string])[] = [
  ["s3", "Gateway"],
  ...["ecr.api", "ecr.dkr", "logs", "secretsmanager", "states", "sns", "kms"].map(
    (service) => [service, "Interface"] as const,
  ),
];

function missingEndpoints(endpoints: readonly Resource[], owner: Resource): Violation[] {
  return ENDPOINTS.filter(
    ([service, kind]) =>
      !endpoints.some(
        ({ inputs }) =>
          inputs.vpcId === owner.id &&
          String(inputs.serviceName).replace(/^com\.amazonaws\.[^.]+\./, "") === service &&
          (inputs.vpcEndpointType ?? "Gateway") === kind,
      ),
  ).map(([service, kind]) => ({
    resource: owner,
    property: `VpcEndpoint ${service}`,
    found: undefined,
    expected: `an endpoint of type ${kind}`,
  }));
}
