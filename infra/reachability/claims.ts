import type { Graph } from "../../packages/local/src/synth/graph.ts";
import { exits, type Hop, hops, isPublic, type Place, reaches, subnetsOf } from "./hops.ts";
import { type Network, readNetwork } from "./network.ts";
import { caches, databases, functions, interfaceEndpoints, mountTargets, sweepers, tasks } from "./places.ts";
import { ways } from "./services.ts";

/** All that has a network interface, by what it is. */
export interface World {
  readonly network: Network;
  readonly functions: readonly Place[];
  readonly tasks: readonly Place[];
  readonly sweepers: readonly Place[];
  readonly database: readonly Place[];
  readonly cache: readonly Place[];
  readonly files: readonly Place[];
  readonly endpoints: readonly Place[];
}

export function worldOf(graph: Graph): World {
  return {
    network: readNetwork(graph),
    functions: functions(graph),
    tasks: tasks(graph),
    sweepers: sweepers(graph),
    database: databases(graph),
    cache: caches(graph),
    files: mountTargets(graph),
    endpoints: interfaceEndpoints(graph),
  };
}

type Kind = Exclude<keyof World, "network">;
const KINDS: readonly Kind[] = ["functions", "tasks", "sweepers", "database", "cache", "files", "endpoints"];

/** Every connection that is to be possible inside the VPC. All others are to be impossible, on any port. */
const OPEN: readonly (readonly [from: Kind, to: Kind, port: number])[] = [
  ["functions", "database", 5432],
  ["functions", "cache", 6379],
  ["functions", "endpoints", 443],
  ["tasks", "database", 5432],
  ["tasks", "cache", 6379],
  ["tasks", "files", 2049],
  ["tasks", "endpoints", 443],
  // It works where tasks do, and has no use for the cache that they reach.
  ["sweepers", "database", 5432],
  ["sweepers", "cache", 6379],
  ["sweepers", "files", 2049],
  ["sweepers", "endpoints", 443],
];

/** Services of AWS without which a function or a task cannot do its work, or not be started. */
const NEEDED = {
  functions: ["s3", "states", "secretsmanager", "sns"],
  tasks: ["s3", "ecr.api", "ecr.dkr", "logs", "secretsmanager"],
  sweepers: ["secretsmanager"],
};

/** What does not hold of a graph's network, in words; nothing when all does. */
export function refutations(graph: Graph): string[] {
  const world = worldOf(graph);
  return [...missing(world), ...unreachable(world), ...unwanted(world), ...exposed(world)];
}

/** A proof about nothing would hold of an empty graph. */
function missing(world: World): string[] {
  return KINDS.filter((kind) => kind !== "endpoints" && world[kind].length === 0).map(
    (kind) => `there is nothing among ${kind}`,
  );
}

function unreachable(world: World): string[] {
  const { network } = world;
  const inside = OPEN.flatMap(([from, to, port]) =>
    pairs(world[from], world[to])
      .filter(([caller, callee]) => !reaches(network, caller, callee, port))
      .map(([caller, callee]) => `${caller.name} does not reach ${callee.name} on ${port}`),
  );
  const services = (["functions", "tasks", "sweepers"] as const).flatMap((kind) =>
    pairs(world[kind], NEEDED[kind])
      .filter(([caller, service]) => !ways(network, caller, service))
      .map(([caller, service]) => `${caller.name} does not reach ${service}`),
  );
  return [...inside, ...services, ...expensive(world)];
}

/** A gigabyte from S3 is free by its gateway endpoint, and costs by the NAT. */
function expensive({ network, functions, tasks }: World): string[] {
  const endpoints = network.endpoints.map(({ name }) => name);
  return [...functions, ...tasks]
    .filter((caller) => (ways(network, caller, "s3") ?? []).some(({ route }) => !endpoints.includes(route)))
    .map(({ name }) => `${name} reaches s3 by the NAT`);
}

/** Openings that nobody asked for, between every two places and on every port. */
function unwanted({ network, ...world }: World): string[] {
  const isWanted = (from: Kind, to: Kind, { protocol, fromPort, toPort }: Hop) =>
    protocol === "tcp" &&
    fromPort === toPort &&
    OPEN.some(([caller, callee, port]) => caller === from && callee === to && port === fromPort);
  return pairs(KINDS, KINDS).flatMap(([from, to]) =>
    pairs(world[from], world[to]).flatMap(([caller, callee]) =>
      hops(network, caller, callee)
        .filter((hop) => !isWanted(from, to, hop))
        .map((hop) => describe(caller, callee, hop)),
    ),
  );
}

/** What the internet, or somebody who got into a public subnet, could make use of. */
function exposed({ network, ...world }: World): string[] {
  const all = KINDS.flatMap((kind) => world[kind]);
  const data = [...world.database, ...world.cache, ...world.files];
  const isInPublic = (place: Place) => subnetsOf(network, place).some((subnet) => isPublic(network, subnet));
  return [
    ...all.filter(isInPublic).map(({ name }) => `${name} lies in a public subnet`),
    ...data.flatMap((place) =>
      exits(network, place).map((route) => `${place.name} has a way out by ${route.name}`),
    ),
    ...all.flatMap((place) => rangesIn(network, place)),
    ...pairs(strangers(network, [...world.functions, ...world.tasks, ...world.sweepers]), all).flatMap(
      ([stranger, place]) => hops(network, stranger, place).map((hop) => describe(stranger, place, hop)),
    ),
  ];
}

/** Somebody in each public subnet: of whom nothing is known, and in each group that is no caller's. */
function strangers(network: Network, callers: readonly Place[]): Place[] {
  const taken = callers.flatMap(({ groups = [] }) => groups);
  const groups = [...new Set(network.rules.map(({ group }) => group))].filter(
    (group) => !taken.includes(group),
  );
  return [...network.subnets.values()]
    .filter((subnet) => isPublic(network, subnet))
    .flatMap(({ id, name }) => [
      { name: `somebody in ${name}`, subnets: [id], groups: undefined },
      ...groups.map((group) => ({ name: `${group} in ${name}`, subnets: [id], groups: [group] })),
    ]);
}

/** Rules that let in whoever has an address, rather than a group. */
function rangesIn(network: Network, { name, groups = [] }: Place): string[] {
  return network.rules
    .filter(
      ({ direction, group, peer }) => direction === "in" && groups.includes(group) && !peer.startsWith("sg-"),
    )
    .map((rule) => `${name} lets in ${rule.peer} by ${rule.name}`);
}

const describe = (from: Place, to: Place, hop: Hop) =>
  `${from.name} reaches ${to.name} on ${hop.fromPort}-${hop.toPort} by ${hop.out ?? "any rule"} and ${hop.in ?? "no rule"}`;

const pairs = <A, B>(left: readonly A[], right: readonly B[]): [A, B][] =>
  left.flatMap((one) => right.map((other): [A, B] => [one, other]));
