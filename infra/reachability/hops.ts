import { BlockList, isIPv4 } from "node:net";
import type { Network, Route, Rule, Subnet } from "./network.ts";

/** What has network interfaces: where they lie, and what they are let do. */
export interface Place {
  readonly name: string;
  readonly subnets: readonly string[];
  /** Undefined is somebody of whom nothing is known: every way out is open to them, and no group is theirs. */
  readonly groups: readonly string[] | undefined;
}

/** Why a packet arrives: the route it takes, and what lets it out and in. `undefined` is a side without a security group. */
export interface Hop {
  readonly route: string;
  readonly out: string | undefined;
  readonly in: string | undefined;
  readonly protocol: string;
  readonly fromPort: number;
  readonly toPort: number;
}

/** Every opening from one place to another inside the VPC, by every pair of their subnets. */
export function hops(network: Network, from: Place, to: Place): Hop[] {
  return pairs(network, from, to).flatMap(([source, target]) =>
    hopsBetween(network, [from, source], [to, target]),
  );
}

/** Whether each of a place's subnets reaches each of the other's on a TCP port. */
export function reaches(network: Network, from: Place, to: Place, port: number): boolean {
  const all = pairs(network, from, to);
  const open = ([source, target]: [Subnet, Subnet]) =>
    hopsBetween(network, [from, source], [to, target]).some(
      ({ protocol, fromPort, toPort }) => /^(tcp|-1)$/.test(protocol) && fromPort <= port && port <= toPort,
    );
  return all.length > 0 && all.every(open);
}

/** The routes of a place's subnets that leave the VPC. */
export const exits = (network: Network, place: Place): Route[] =>
  subnetsOf(network, place).flatMap(({ routes }) => routes);

/** Whether the internet can open a connection to what lies in a subnet and has a public address. */
export const isPublic = (network: Network, { routes }: Subnet): boolean =>
  routes.some(
    ({ through }) => network.gateways.get(through)?.type === "aws:ec2/internetGateway:InternetGateway",
  );

function pairs(network: Network, from: Place, to: Place): [Subnet, Subnet][] {
  return subnetsOf(network, from).flatMap((source) =>
    subnetsOf(network, to).map((target): [Subnet, Subnet] => [source, target]),
  );
}

/** The subnets that a place lies in. */
export function subnetsOf(network: Network, place: Place): Subnet[] {
  return place.subnets.map((id) => {
    const subnet = network.subnets.get(id);
    if (!subnet) throw new Error(`"${place.name}" lies in the subnet ${id}, which is not of this network.`);
    return subnet;
  });
}

/** Inside the VPC the way is the VPC's own route, unless a more special one leads elsewhere. */
function hopsBetween(
  network: Network,
  [from, source]: [Place, Subnet],
  [to, target]: [Place, Subnet],
): Hop[] {
  const local = network.vpc.inputs.cidrBlock as string;
  const diverted = source.routes.some(
    ({ to: range }) => isRange(range) && contains(range, target.cidr) && bitsOf(range) > bitsOf(local),
  );
  if (diverted || !contains(local, target.cidr)) return [];
  return openings(network, "out", from, [to, target]).flatMap((out) =>
    openings(network, "in", to, [from, source]).flatMap((into) => join(`local ${source.name}`, out, into)),
  );
}

/** What both sides allow. */
function join(route: string, out: Opening, into: Opening): Hop[] {
  const fromPort = Math.max(out.fromPort, into.fromPort);
  const toPort = Math.min(out.toPort, into.toPort);
  const protocols = [out.protocol, into.protocol].filter((protocol) => protocol !== "-1");
  const [protocol = "-1", other = protocol] = protocols;
  if (fromPort > toPort || protocol !== other) return [];
  return [{ route, out: out.name, in: into.name, protocol, fromPort, toPort }];
}

type Opening = Pick<Rule, "protocol" | "fromPort" | "toPort"> & { readonly name: string | undefined };

/** The rules of one side's groups that the other side matches. A side of which nothing is known may send anything. */
function openings(
  network: Network,
  direction: Rule["direction"],
  { groups }: Place,
  [other, subnet]: [Place, Subnet],
): Opening[] {
  if (groups === undefined)
    return direction === "out" ? [{ name: undefined, protocol: "-1", fromPort: 0, toPort: 65_535 }] : [];
  return network.rules.filter(
    (rule) =>
      rule.direction === direction &&
      groups.includes(rule.group) &&
      (isRange(rule.peer) ? overlaps(rule.peer, subnet.cidr) : (other.groups ?? []).includes(rule.peer)),
  );
}

const isRange = (peer: string) => peer.includes("/");
const bitsOf = (range: string) => Number(range.split("/")[1]);

/** Two ranges overlap only when one lies in the other. There are no IPv6 addresses in the VPC. */
function overlaps(range: string, subnet: string): boolean {
  if (!isIPv4(range.split("/")[0] ?? "")) return false;
  if (contains(range, subnet)) return true;
  if (contains(subnet, range))
    throw new Error(`A rule names ${range}, a part of the subnet ${subnet}: not understood.`);
  return false;
}

function contains(outer: string, inner: string): boolean {
  const [network = "", bits = ""] = outer.split("/");
  const [start = "", length = ""] = inner.split("/");
  const list = new BlockList();
  list.addSubnet(network, Number(bits));
  return Number(length) >= Number(bits) && list.check(start);
}
