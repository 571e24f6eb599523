import { type Hop, hops, type Place, reaches, subnetsOf } from "./hops.ts";
import type { Network, Route, Subnet } from "./network.ts";

const HTTPS = { protocol: "tcp", fromPort: 443, toPort: 443 };
const ANYWHERE = "0.0.0.0/0";

/** How each of a place's subnets gets to a service of AWS; undefined where one does not. */
export function ways(network: Network, from: Place, service: string): Hop[] | undefined {
  const found = subnetsOf(network, from).map((subnet) => wayToService(network, from, subnet, service));
  return found.length > 0 && found.every((hop) => hop !== undefined) ? found : undefined;
}

/** By the service's interface endpoint where it has one, because its name then leads there; else out of the VPC. */
function wayToService(network: Network, from: Place, subnet: Subnet, service: string): Hop | undefined {
  const endpoint = network.endpoints.find(({ inputs }) => {
    const name = inputs.serviceName as string;
    return name.replace(/^com\.amazonaws\.[^.]+\./, "") === service;
  });
  if (endpoint?.inputs.vpcEndpointType === "Interface") {
    const { subnetIds, securityGroupIds, privateDnsEnabled } = endpoint.inputs;
    const { enableDnsSupport, enableDnsHostnames } = network.vpc.inputs;
    if (!privateDnsEnabled || !enableDnsSupport || !enableDnsHostnames) return undefined;
    const place = {
      name: endpoint.name,
      subnets: subnetIds as string[],
      groups: securityGroupIds as string[],
    };
    const source = { ...from, subnets: [subnet.id] };
    if (!reaches(network, source, place, HTTPS.fromPort)) return undefined;
    return hops(network, source, place)[0];
  }
  const prefixes = subnet.routes.find(({ through }) => through === endpoint?.id);
  if (prefixes) return leave(network, from, prefixes, [prefixes.to, ANYWHERE]);
  return leave(network, from, natRoute(network, subnet), [ANYWHERE]);
}

/** HTTPS out of the VPC by a route, if a rule names one of these peers. */
function leave(network: Network, { groups = [] }: Place, route: Route | undefined, peers: readonly string[]) {
  const rule = network.rules.find(
    ({ direction, group, peer, protocol, fromPort, toPort }) =>
      direction === "out" &&
      groups.includes(group) &&
      peers.includes(peer) &&
      ["tcp", "-1"].includes(protocol) &&
      fromPort <= HTTPS.fromPort &&
      toPort >= HTTPS.toPort,
  );
  return route && rule ? { ...HTTPS, route: route.name, out: rule.name, in: undefined } : undefined;
}

/** The default route to a NAT gateway, which itself has an address and a default route to the internet. */
function natRoute(network: Network, subnet: Subnet): Route | undefined {
  const route = subnet.routes.find(({ to }) => to === ANYWHERE);
  const nat = network.gateways.get(route?.through ?? "");
  if (nat?.type !== "aws:ec2/natGateway:NatGateway" || !nat.inputs.allocationId) return undefined;
  const home = network.subnets.get(nat.inputs.subnetId as string);
  const isOut = home?.routes.some(
    ({ to, through }) => to === ANYWHERE && network.gateways.get(through)?.inputs.vpcId === network.vpc.id,
  );
  return isOut ? route : undefined;
}
