import { beforeAll, describe, expect, it } from "vitest";
import { type Graph, ofType, type Resource } from "../packages/local/src/synth/graph.ts";
import { graphOf, only } from "./graph.ts";
import { refutations, worldOf } from "./reachability/claims.ts";
import { exits, type Hop, hops, type Place } from "./reachability/hops.ts";
import { readNetwork } from "./reachability/network.ts";
import { servicesOf } from "./reachability/places.ts";
import { ways } from "./reachability/services.ts";

/**
 * What can reach what, by the routes and the security groups of the graph. It was never tried in an account: the model is
 * of AWS's documented behaviour, and refuses what it does not know.
 */
let production: Graph;
let small: Graph;

beforeAll(async () => {
  production = await graphOf("production");
  small = await graphOf("x");
});

describe.each(["production", "x"])("on stage %s", (stage) => {
  const graph = () => (stage === "production" ? production : small);

  it("functions and tasks reach all they need, nothing else reaches anything, and the internet least of all", () => {
    expect(refutations(graph())).toEqual([]);
  });

  it("every service that a function's or task's role names can be called", () => {
    const world = worldOf(graph());
    const named = callers(graph(), world).flatMap(([caller, services]) =>
      services.map((service) => ({ caller, service })),
    );
    expect(named.length).toBeGreaterThan(10);
    const cut = named.filter(
      ({ caller, service }) => !(service in NOT_CALLED) && !ways(world.network, caller, service),
    );
    expect(cut.map(({ caller, service }) => `${caller.name} may call ${service}, and cannot`)).toEqual([]);
  });
});

/** Services that a role names and its holder does not call over this network, with the reason. */
const NOT_CALLED: Readonly<Record<string, string>> = {
  ec2: "Lambda itself makes a function's network interfaces, under the function's role",
  sqs: "Lambda itself keeps what a function failed at, under the function's role",
  elasticfilesystem: "by NFS, which is proven above",
};

/** Who calls, and the services that its role's own statements name. Roles that AWS manages are for AWS's side of it. */
function callers(
  graph: Graph,
  { functions, tasks, sweepers }: Record<"functions" | "tasks" | "sweepers", readonly Place[]>,
) {
  const role = (arn: unknown) =>
    ofType(graph, "aws:iam/role:Role").find(({ outputs }) => outputs.arn === arn);
  const definition = only(graph, "aws:ecs/taskDefinition:TaskDefinition").inputs;
  return [
    ...[...functions, ...sweepers].map((place): [Place, string[]] => {
      const { inputs } = only(graph, "aws:lambda/function:Function", place.name);
      return [place, servicesOf(role(inputs.role))];
    }),
    ...tasks.map((place): [Place, string[]] => [place, servicesOf(role(definition.taskRoleArn))]),
  ];
}

describe("a way", () => {
  const first = (graph: Graph, kind: "functions" | "tasks") => {
    const { network, ...places } = worldOf(graph);
    const [place] = places[kind];
    if (!place) throw new Error(`There are no ${kind}.`);
    return { network, place };
  };

  it("to AWS is the endpoint's in production, with a rule on each side, and the NAT's elsewhere", () => {
    const inProduction = first(production, "functions");
    expect(ways(inProduction.network, inProduction.place, "states")?.[0]).toMatchObject({
      route: "local VpcPrivateSubnet1",
      out: "FunctionsToEndpointsOut",
      in: "FunctionsToEndpointsIn",
    });
    const elsewhere = first(small, "functions");
    expect(ways(elsewhere.network, elsewhere.place, "states")).toEqual(
      ["PrivateRoute1", "PrivateRoute2"].map(
        (route) => expect.objectContaining({ route, out: "FunctionsToAws" }) as Hop,
      ),
    );
  });

  it("to S3 never is the NAT's, which would ask money for every gigabyte", () => {
    for (const [graph, out] of [
      [production, "TasksToS3"],
      [small, "TasksToAws"],
    ] as const) {
      const { network, place } = first(graph, "tasks");
      for (const hop of ways(network, place, "s3") ?? [])
        expect(hop).toMatchObject({ route: "S3Endpoint", out });
      expect(ways(network, place, "s3")).toHaveLength(2);
    }
  });

  it("to whatever has no endpoint there is none in production", () => {
    const { network, place } = first(production, "tasks");
    for (const service of ["dynamodb", "ec2", "sts"]) expect(ways(network, place, service)).toBeUndefined();
    expect(ways(first(small, "tasks").network, first(small, "tasks").place, "sts")).toBeDefined();
  });

  it("out of the isolated subnets there is none", () => {
    for (const graph of [production, small]) {
      const network = readNetwork(graph);
      const isolated = [...network.subnets.values()].filter(({ name }) => name.startsWith("Isolated"));
      expect(isolated).toHaveLength(2);
      const place = { name: "isolated", subnets: isolated.map(({ id }) => id), groups: [] };
      expect(exits(network, place)).toEqual([]);
    }
  });
});

const RULES = [
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
];
const WAYS = [
  ...["aws:ec2/vpcEndpoint:VpcEndpoint", "aws:ec2/route:Route"],
  ...["aws:ec2/natGateway:NatGateway", "aws:ec2/internetGateway:InternetGateway"],
];

/** What can go without cutting anything off, by stage. */
const SPARE: Readonly<Record<string, readonly string[]>> = {
  production: [
    // Nothing that runs today leaves production's network but by an endpoint.
    ...["NatGateway1", "NatGateway2", "PrivateRoute1", "PrivateRoute2", "VpcInternetGateway"],
    // Nothing calls DynamoDB or KMS itself; X-Ray is needed by what the roles name, which has a test of its own.
    ...["DynamoDbEndpoint", "kmsEndpoint", "xrayEndpoint"],
  ],
  x: ["DynamoDbEndpoint"],
};

describe("the proof fails", () => {
  it.each(["production", "x"])(
    "when any one rule, route, gateway or endpoint of stage %s is taken away",
    (stage) => {
      const graph = stage === "production" ? production : small;
      const parts = graph.resources.filter(({ type }) => [...RULES, ...WAYS].includes(type));
      expect(parts.length).toBeGreaterThan(15);
      const missed = parts
        .filter((part) => refutations(without(graph, part)).length === 0)
        .map(({ name }) => name);
      expect(missed.sort()).toEqual([...(SPARE[stage] ?? [])].sort());
    },
  );

  const rule = (group: string, more: Record<string, unknown>) => (graph: Graph) =>
    added(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
      securityGroupId: only(graph, "aws:ec2/securityGroup:SecurityGroup", group).id,
      ...{ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, ...more },
    });

  it.each<[what: string, change: (graph: Graph) => Graph, because: RegExp]>([
    [
      "the database lets the internet in",
      rule("DatabaseAccessGroup", { cidrIpv4: "0.0.0.0/0" }),
      /lets in 0\.0\.0\.0\/0/,
    ],
    [
      "the database lets the VPC in",
      rule("DatabaseAccessGroup", { cidrIpv4: "10.0.0.0/16" }),
      /somebody in VpcPublicSubnet1 reaches DatabaseInstance/,
    ],
    ["the cache lets IPv6 in", rule("CacheAccessGroup", { cidrIpv6: "::/0" }), /CacheCluster lets in ::\/0/],
    [
      "the database lets functions in on every port",
      (graph) => widened(graph, ["FunctionsToDatabaseIn", "FunctionsToDatabaseOut"]),
      /reaches DatabaseInstance on 0-65535/,
    ],
    [
      "the default group lets everything in that is in it, and the database is",
      (graph) =>
        changed(graph, "DatabaseAccessGroup", {
          ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }],
          egress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }],
        }),
      /reaches DatabaseInstance/,
    ],
    [
      "an isolated subnet gets a route to the internet gateway",
      (graph) =>
        added(graph, "aws:ec2/route:Route", {
          routeTableId: only(graph, "aws:ec2/routeTable:RouteTable", "IsolatedRouteTable1").id,
          destinationCidrBlock: "0.0.0.0/0",
          gatewayId: only(graph, "aws:ec2/internetGateway:InternetGateway").id,
        }),
      /DatabaseInstance has a way out/,
    ],
    [
      "functions move to the public subnets",
      (graph) =>
        changed(graph, "ApiHandlerFunction", {
          vpcConfig: {
            ...(only(graph, "aws:lambda/function:Function", "ApiHandlerFunction").inputs.vpcConfig as object),
            subnetIds: [only(graph, "aws:ec2/subnet:Subnet", "VpcPublicSubnet1").id],
          },
        }),
      /ApiHandlerFunction lies in a public subnet/,
    ],
    [
      "a function is outside the VPC",
      (graph) => changed(graph, "ApiHandlerFunction", { vpcConfig: undefined }),
      /ApiHandlerFunction does not reach DatabaseInstance/,
    ],
    [
      "the mount targets keep the component's own group",
      (graph) => {
        const group = only(graph, "aws:ec2/securityGroup:SecurityGroup", "ScratchSecurityGroup").id;
        const [target] = ofType(graph, "aws:efs/mountTarget:MountTarget");
        return changed(graph, target?.name ?? "", { securityGroups: [group] });
      },
      /does not reach ScratchMountTarget/,
    ],
    [
      "the VPC gives endpoints no names",
      (graph) => changed(graph, "VpcVpc", { enableDnsHostnames: false }),
      /does not reach secretsmanager/,
    ],
  ])("when %s", (_, change, because) => {
    expect(refutations(change(production)).join("\n")).toMatch(because);
  });

  it("when the NAT has no address, or stands where no route leads out", () => {
    const nat = only(small, "aws:ec2/natGateway:NatGateway").name;
    const isolated = only(small, "aws:ec2/subnet:Subnet", "IsolatedSubnet1").id;
    for (const broken of [{ allocationId: undefined }, { subnetId: isolated }])
      expect(refutations(changed(small, nat, broken)).join("\n")).toMatch(/does not reach states/);
  });

  it("of a resource that has a say in the network and that it does not understand", () => {
    expect(() => refutations(added(production, "aws:ec2/networkAcl:NetworkAcl", {}))).toThrow(/NetworkAcl/);
  });

  it("when nothing is there to be proven", () => {
    const empty = { ...production, resources: ofType(production, "aws:ec2/vpc:Vpc") };
    expect(refutations(empty)).toContain("there is nothing among database");
  });
});

it("a packet needs a rule on both sides", () => {
  const { network, functions, database } = worldOf(production);
  const [caller, callee] = [functions[0], database[0]];
  if (!caller || !callee) throw new Error("There is no function or no database.");
  expect(hops(network, caller, callee)[0]).toEqual({
    route: "local VpcPrivateSubnet1",
    out: "FunctionsToDatabaseOut",
    in: "FunctionsToDatabaseIn",
    protocol: "tcp",
    fromPort: 5432,
    toPort: 5432,
  });
  for (const half of ["FunctionsToDatabaseOut", "FunctionsToDatabaseIn"]) {
    const cut = readNetwork(without(production, ({ name }) => name === half));
    expect(hops(cut, caller, callee)).toEqual([]);
  }
});

const without = (graph: Graph, part: Resource | ((resource: Resource) => boolean)): Graph => ({
  ...graph,
  resources: graph.resources.filter((one) => (typeof part === "function" ? !part(one) : one !== part)),
});

function changed(graph: Graph, name: string, inputs: Record<string, unknown>): Graph {
  const resources = graph.resources.map((one) =>
    one.name === name && one.type.startsWith("aws:") ? { ...one, inputs: { ...one.inputs, ...inputs } } : one,
  );
  if (JSON.stringify(resources) === JSON.stringify(graph.resources))
    throw new Error(`"${name}" was not changed.`);
  return { ...graph, resources };
}

const widened = (graph: Graph, names: readonly string[]): Graph =>
  names.reduce((all, name) => changed(all, name, { fromPort: 0, toPort: 65_535 }), graph);

function added(graph: Graph, type: string, inputs: Record<string, unknown>): Graph {
  const resource: Resource = {
    ...{ type, inputs, outputs: {}, name: "Added", urn: "added", id: "added-1", parent: undefined },
    options: {
      ...{ protect: false, retainOnDelete: false, ignoreChanges: [], dependencies: [] },
      provider: undefined,
    },
  };
  return { ...graph, resources: [...graph.resources, resource] };
}
